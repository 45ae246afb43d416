"""`hlsgen serve`: what it says when there is nothing to serve. That it serves is tried with the real pynq."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from hlsgen.cli import main


def test_no_project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", str(tmp_path)]) == 2
    assert "there is no overlay with a driver here" in capsys.readouterr().err


def test_a_project_for_a_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "overlay").mkdir()
    (tmp_path / "overlay" / "net.json").write_text('{"name": "net", "project": ".."}')
    (tmp_path / "overlay" / "net.py").touch()
    assert main(["serve", str(tmp_path)]) == 2
    assert "HLSGEN_DEVICE=rtl python net.py in its overlay/ runs it here" in capsys.readouterr().err


@pytest.mark.skipif(importlib.util.find_spec("pynq") is not None, reason="pynq is here")
def test_no_pynq(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "overlay").mkdir()
    for name in ("net.json", "net.py"):
        (tmp_path / "overlay" / name).touch()
    assert main(["serve", str(tmp_path)]) == 2
    assert "pip install 'hlsgen[pynq]'" in capsys.readouterr().err

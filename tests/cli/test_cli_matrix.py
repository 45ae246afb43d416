"""`hlsgen matrix` with the real stages up to the plan and a toy in the place of the cosimulation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlsgen.cli import main, matrix
from hlsgen.flow.engine import closure
from hlsgen.flow.stage import Stage
from hlsgen.flow.stages import STAGES

DESIGN = """
import numpy as np
from hlsgen.model import Model

random = np.random.default_rng(1)
model = Model("tiny")
model.output(model.dense(model.input("x", (4,)), random.normal(size=(3, 4)), np.zeros(3), name="layer"))
model.calibration = random.normal(size=(8, 4))
model.test = model.calibration, np.arange(8) % 3
"""
TOY = Stage("cosim", "cosim", "cli_matrix_toys:pretend", needs=("plan",), settings=("format",))


@pytest.fixture(autouse=True)
def toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "design.py").write_text(DESIGN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setattr(matrix, "STAGES", (*closure(STAGES, ["golden", "plan"]), TOY))


def test_every_format_and_pattern(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["matrix", "tiny", "--format", "Int8", "--format", "Fixed(16,6)", "--out", "docs/results.md"]
    assert main(command) == 0
    printed = capsys.readouterr()
    assert printed.out == "docs/results.md\n"
    said = [line.split() for line in printed.err.splitlines()]
    cells = [["tiny", pattern, fmt] for pattern in ("dataflow", "sequential") for fmt in ("Int8", "Fixed(16,6)")]
    assert [line[1:4] for line in said] == cells and {line[-1] for line in said} == {"done"}
    assert [line[0] for line in said] == ["1/4", "2/4", "3/4", "4/4"]
    page = (tmp_path / "docs/results.md").read_text()
    assert "`hlsgen matrix tiny --format Int8 --format 'Fixed(16,6)' --out docs/results.md`" in page
    for cell in cells:
        assert f"| {' | '.join(cell)} | 40 | " in page


def test_a_second_time_builds_nothing(tmp_path: Path) -> None:
    command = ["matrix", "tiny", "--format", "Int8", "--pattern", "dataflow", "--out", "page.md"]
    assert main(command) == 0
    stamps = {path: path.stat().st_mtime_ns for path in (tmp_path / "build").rglob(".stage.json")}
    page = (tmp_path / "page.md").read_text()
    assert main(command) == 0
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "build").rglob(".stage.json")} == stamps
    assert len(stamps) == 5 and (tmp_path / "page.md").read_text() == page


@pytest.mark.parametrize(
    ("fmt", "why"),
    [
        ("e4m3", "top.cpp:7: a division; multiply"),
        ("e5m2", "an invariant is broken"),
        ("e2m1", "out_stream, sample 1, y[0]: expected 0x1, got 0x2"),
    ],
)
def test_a_failed_build_is_a_row_and_the_rest_goes_on(fmt: str, why: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matrix", "tiny", "--pattern", "dataflow", "--format", fmt, "--format", "Int8"]) == 1
    printed = capsys.readouterr()
    first, second = printed.err.splitlines()
    assert f"FAILED: {why}" in first and second.endswith("done")
    assert f"- tiny, dataflow, {fmt}: {why}" in printed.out and "1 of 2 builds passed" in printed.out


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["matrix", "tiny", "--pattern", "dataflow", "--format", "Int8", "--format", "e4m3", "--json"]) == 1
    good, bad = json.loads(capsys.readouterr().out)["cells"]
    assert good["passed"] and good["report"]["cycles"]["measured"] == 40 and good["error"] == ""
    assert not bad["passed"] and bad["report"] is None and "a division" in bad["error"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["tiny", "nowhere"], "nowhere: no such design; name a folder that holds design.py"),
        (["tiny", "--format", "Int8", "--format", "Int9x"], "'Int9x' is not a number format; write for example Int8"),
        (["tiny", "--pattern", "magic"], "no pattern is called 'magic'; choose one of dataflow, sequential"),
        (["tiny", "--board", "nope"], "no board is called 'nope'; choose one of "),
        ([], "the following arguments are required: DESIGN; see hlsgen matrix --help"),
    ],
)
def test_a_mistake_shows_before_the_first_build(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["matrix", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"hlsgen: error: {message}")
    assert not (tmp_path / "build").exists()


def test_a_page_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("precious")
    assert main(["matrix", "tiny", "--pattern", "dataflow", "--format", "Int8", "--out", "file/page.md"]) == 2
    assert "hlsgen: error: file: File exists; " in capsys.readouterr().err.splitlines()[-1]
    assert (tmp_path / "file").read_text() == "precious"

"""tclint finds nothing in the scripts that we write. (It keeps another package below the version that mypy needs.)"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from test_pynq_handoff import kernel_of, slave, stream

from hlsgen.core.boards import load_board
from hlsgen.deploy import Design, make_project
from hlsgen.deploy.render import environment

MASTERS = [{"name": f"m_axi_gmem{number}", "data_bits": 64, "address_bits": 64} for number in range(2)]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "tclint.toml").write_text("[style]\nline-length = 120\n")
    command = [sys.executable, "-c", "from tclint.cli.tclint import main; raise SystemExit(main())", "."]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("board", ["pynq_z2", "kr260", "vpk180", "u280", "vcu128"])
def test_scripts_are_clean(tmp_path: Path, board: str) -> None:
    kernel_of(tmp_path / "rtl", axilite=[slave()], axi_masters=MASTERS)
    make_project(Design(tmp_path / "rtl", load_board(board), 5.0), tmp_path / "p")
    done = lint(tmp_path / "p")
    assert done.returncode == 0, done.stdout
    assert list((tmp_path / "p").rglob("*.tcl"))


def test_scripts_of_streams_and_of_vitis_hls_are_clean(tmp_path: Path) -> None:
    kernel_of(tmp_path / "rtl", streams=[stream("x", "in"), stream("y", "out")])
    make_project(Design(tmp_path / "rtl", load_board("kv260"), 5.0), tmp_path / "p")
    project = SimpleNamespace(top="net", version="1", part="p", clock_ns=5.0, vlnv="hlsgen:kernel:net:1.0".split(":"))
    text = environment().get_template("project/run_hls.tcl.j2").render(project=project)
    (tmp_path / "p" / "run_hls.tcl").write_text(text)
    done = lint(tmp_path / "p")
    assert done.returncode == 0, done.stdout
    (tmp_path / "p" / "run_hls.tcl").write_text(f"{text}set x [expr $x + 1]\n")
    assert "unbraced-expr" in lint(tmp_path / "p").stdout

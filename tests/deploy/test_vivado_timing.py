"""Constraints and the timing check: what is not timed, and which path is told when one is late."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hlsgen.core.boards import load_board
from hlsgen.core.flow_table import load_flow
from hlsgen.deploy import Design, vivado

tkinter = pytest.importorskip("tkinter", reason="needs the Tcl of Python's standard library (no display)")
from vivado_model import Vivado  # noqa: E402


def project(rtl: Path, board: str, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    vivado.write(Design(rtl, load_board(board), 5.0), load_flow(board), folder)
    return folder


def built(folder: Path, **slack: str) -> Vivado:
    run = Vivado(slack=slack)
    run.source(folder / "vivado" / "ip.tcl")
    try:
        run.source(folder / "vivado" / "build.tcl", str(folder / "build" / "ip"))
    except tkinter.TclError as error:
        run.log.append(str(error))
    return run


@pytest.mark.parametrize("board", ["pynq_z2", "kv260"])
def test_only_the_reset_of_the_processor_is_not_timed(kernels: dict[str, Path], tmp_path: Path, board: str) -> None:
    run = built(project(kernels["vadd"], board, tmp_path))
    assert run.false_paths == ["vadd_system_i/proc_sys_reset_0/ext_reset_in"]
    (net,) = (pins for pins in run.nets if "proc_sys_reset_0/ext_reset_in" in pins)
    assert len(net) == 2 and net[0].startswith(("processing_system7_0/FCLK_RESET", "zynq_ultra_ps_e_0/pl_reset"))


def test_a_name_in_the_constraints_that_stands_for_nothing_is_an_error(
    kernels: dict[str, Path], tmp_path: Path
) -> None:
    path = project(kernels["vadd"], "kv260", tmp_path) / "constraints.xdc"
    path.write_text(path.read_text().replace("ext_reset_in", "ext_reset_on"))
    assert "no such pin" in built(tmp_path).log[-1]


def test_the_worst_path_is_told(kernels: dict[str, Path], tmp_path: Path) -> None:
    first = project(kernels["vadd"], "pynq_z2", tmp_path / "p")
    for figure, kind, report in (("WNS", "max", "setup"), ("WHS", "min", "hold")):
        folder = shutil.copytree(first, tmp_path / report)
        log = built(folder, **{figure: "-0.013"}).log
        at = folder / "reports" / f"{report}.txt"
        lines = ["  from a/C", "  to   b/D", f"  9.6 ns, 7 levels of logic; see {at}"]
        assert [line for line in log if line.startswith("  ")] == lines and at.read_text() == f"paths: {kind}"
        assert log[-1].startswith(f"timing is not met: {figure} -0.013 ns")
    narrow = built(shutil.copytree(first, tmp_path / "pulse"), TPWS="-0.1").log  # of a clock, not of a path
    assert not [line for line in narrow if line.startswith("  ")] and "TPWS -0.1 ns (pulse width)" in narrow[-1]


def test_the_worst_path_is_told_out_of_context(kernels: dict[str, Path], tmp_path: Path) -> None:
    folder = project(kernels["scale"], "vcu128", tmp_path)
    run = Vivado(slack={"WHS": "-0.2"})
    with pytest.raises(tkinter.TclError, match=r"timing is not met: slack -0\.2 ns \(hold\)"):
        run.source(folder / "vivado" / "ooc.tcl")
    assert "  to   b/D" in run.log and (folder / "reports" / "hold.txt").read_text() == "paths: min"
    assert run.false_paths == []

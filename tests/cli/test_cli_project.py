"""`hlsgen project` on what a build has made: stages up to date are taken, the folder is for another machine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from hlsgen.cli import main


def test_the_project_of_a_design(
    tiny: Path, tiny_build: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build, out = shutil.copytree(tiny_build, tmp_path / "build"), tmp_path / "project"
    command = ["project", str(tiny), "--build", str(build), "--multipliers", "6", "--io", "stream", "--out", str(out)]
    assert main([*command, "--counters", "--json"]) == 0
    said = capsys.readouterr()
    facts = json.loads(said.out)
    assert facts["tool"] == "vivado" and facts["image"] == "overlay/tiny.bit" and facts["folder"] == str(out)
    segments = ("tiny_0/s_axi_control/Reg", "axi_dma_0/S_AXI_LITE/Reg", "axi_intc_0/S_AXI/Reg")
    assert facts["addresses"] == {segment: f"0xA00{number}0000" for number, segment in enumerate(segments)}
    assert facts["driver"] == "overlay/tiny.py" and (out / "overlay" / "tiny.ipynb").is_file()
    assert (out / "hls" / "src" / "tiny.cpp").is_file() and (out / "vectors" / "in_stream.hex").is_file()
    written = [path for path in out.rglob("*") if path.suffix in (".tcl", ".md", ".json", ".hwh", ".cfg")]
    text = "".join(path.read_text() for path in written)
    assert str(tmp_path) not in text and str(tiny.parent) not in text
    assert "unchanged" in said.err
    readme = (out / "README.md").read_text()
    assert "C simulation, on two sets of headers: every output of 40 samples equals golden." in readme
    assert "C/RTL cosimulation: every output of 40 samples equals golden." in readme


@pytest.mark.parametrize("stage", ["csim", "cosim"])
def test_a_design_that_failed_a_simulation_is_not_handed_out(
    tiny: Path, tiny_build: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], stage: str
) -> None:
    build, out = shutil.copytree(tiny_build, tmp_path / "build"), tmp_path / "project"
    stamp = build / stage / ".stage.json"
    said = json.loads(stamp.read_text())
    said["facts"] |= {"passed": False, "mismatches": [f"{stage}: out_stream, sample 0: expected 0x1, got 0x2"]}
    stamp.write_text(json.dumps(said))
    command = ["project", str(tiny), "--build", str(build), "--multipliers", "6", "--io", "stream", "--out", str(out)]
    assert main(command) == 1
    caught = capsys.readouterr()
    assert caught.err.splitlines()[-1] == f"hlsgen: {stage}: out_stream, sample 0: expected 0x1, got 0x2"
    assert "a simulation and golden differ: no project was written" in caught.out and not out.exists()


def test_a_project_says_that_its_rtl_was_not_simulated(tiny: Path, tiny_build: Path, tmp_path: Path) -> None:
    build, out = shutil.copytree(tiny_build, tmp_path / "build"), tmp_path / "project"
    (build / "cosim" / "result.json").write_text("{}")  # damage counts as nothing
    command = ["project", str(tiny), "--build", str(build), "--multipliers", "6", "--io", "stream", "--out", str(out)]
    assert main(command) == 0
    readme = (out / "README.md").read_text()
    assert "The RTL was not simulated." in readme and "C/RTL cosimulation: every" not in readme


def test_what_cannot_be_is_said_in_a_line(tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "project"
    assert main(["project", str(tiny), "--out", str(out), "--top", "f"]) == 2
    assert "--top is for C++ sources" in capsys.readouterr().err.splitlines()[-1]
    assert not out.exists()


def test_sources_need_a_top(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "k.cpp").write_text("void f() {}\n")
    assert main(["project", str(tmp_path / "k.cpp")]) == 2
    assert "name it with --top" in capsys.readouterr().err

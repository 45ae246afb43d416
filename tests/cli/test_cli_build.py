"""The whole way on a small network: the report, the skipped second build, single stages, and an edited C++ project."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hlsgen.cli import main

STAGES = ("load", "quantise", "golden", "plan", "codegen", "vectors", "csim", "hls", "cosim", "synth")


@dataclass(frozen=True)
class Built:
    """A design and its output folder."""

    design: Path
    out: Path

    def run(self, command: str, *more: str) -> int:
        return main([command, str(self.design), "--out", str(self.out), "--multipliers", "6", *more])

    def report(self) -> dict[str, Any]:
        return json.loads((self.out / "report.json").read_text())


@pytest.fixture(scope="module")
def built(tiny: Path, tiny_build: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    out = tmp_path_factory.mktemp("build") / "out"
    shutil.copytree(tiny_build, out)
    return Built(tiny, out)


def stages_of(printed: str) -> dict[str, str]:
    """Stage and how it ended, of the lines on standard error."""
    lines = (re.split(r"\s{2,}", line) for line in printed.splitlines() if not line.startswith("hlsgen:"))
    return {words[0]: words[-1] for words in lines}


def test_the_report_of_a_build(built: Built) -> None:
    report = built.report()
    assert report["bit_exact"] == {"csim": True, "cxx_ap_types": True, "cosim": True}
    assert (report["design"], report["vectors"], report["passed"]) == ("tiny", 40, True)
    for key in ("cycles", "interval"):
        assert report[key]["measured"] > 0 and report[key]["predicted"] > 0
    assert 0 < report["mac_utilisation"] <= 1 and report["multipliers"] <= 6
    assert report["resources"]["lut"] > 0 and report["resources"]["delay_ns"] > 0
    assert report["sim_cycles_per_second"] > 0 and set(report["seconds"]) == set(STAGES)
    page = (built.out / "report.html").read_text()
    assert "every check passed" in page and "first_mac" in page


def test_a_second_build_does_nothing_and_says_the_same(built: Built, capsys: pytest.CaptureFixture[str]) -> None:
    before = (built.out / "report.json").read_bytes()
    assert built.run("build", "--json") == 0
    printed = capsys.readouterr()
    assert stages_of(printed.err) == dict.fromkeys((*STAGES, "report"), "unchanged")
    assert json.loads(printed.out) == built.report()
    assert (built.out / "report.json").read_bytes() == before


def test_the_table_at_the_end(built: Built, capsys: pytest.CaptureFixture[str]) -> None:
    assert built.run("report") == 0
    printed = capsys.readouterr().out
    assert "tiny · dataflow · Int8 · kv260" in printed and "native C++ yes, open ap_types yes, RTL yes" in printed
    assert printed.rstrip().endswith("report.html")


@pytest.mark.parametrize("stage", ["golden", "plan", "codegen", "csim", "hls", "cosim", "synth"])
def test_a_single_stage(stage: str, built: Built, capsys: pytest.CaptureFixture[str]) -> None:
    assert built.run(stage, "--json") == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert (found["stage"], found["fresh"], found["passed"]) == (stage, True, True)
    assert Path(found["folder"]).is_dir()
    assert set(stages_of(printed.err).values()) == {"unchanged"}
    assert built.run(stage) == 0
    assert capsys.readouterr().out


def test_another_seed_simulates_again_and_nothing_else(built: Built, capsys: pytest.CaptureFixture[str]) -> None:
    assert built.run("cosim", "--seed", "5") == 0
    ended = stages_of(capsys.readouterr().err)
    assert [stage for stage, how in ended.items() if how == "done"] == ["cosim"]


def test_an_edited_weight_is_found_and_a_build_is_the_way_back(
    built: Built, capsys: pytest.CaptureFixture[str]
) -> None:
    header = built.out / "hls_cpp" / "src" / "weights.h"
    text = header.read_text()
    row = re.search(r"second_biases\[[^=]*= \{\s*\{ ?(-?\d+)", text)
    assert row is not None
    edited = text[: row.start(1)] + str(int(row[1]) + 300) + text[row.end(1) :]
    header.write_text(edited)
    for stage, level in (("csim", "cxx_ap_types: "), ("cosim", "out_stream: sample 0")):
        assert built.run(stage) == 1
        printed = capsys.readouterr().err
        assert f"hlsgen: {stage}: " in printed and level in printed and "expected 0x" in printed
        assert stages_of(printed)[stage] == "FAILED"
    assert header.read_text() == edited
    assert built.run("csim") == 1, "a failed check stays failed when nothing has changed"
    assert stages_of(capsys.readouterr().err)["csim"] == "FAILED (unchanged)"

    assert built.run("build") == 0
    assert "the edited copy is now hls_cpp.edited" in capsys.readouterr().err
    assert header.read_text() == text
    assert (built.out / "hls_cpp.edited" / "src" / "weights.h").read_text() == edited
    assert built.report()["passed"]


def test_light_commands_load_nothing_heavy() -> None:
    code = (
        "import sys; from hlsgen.cli import main; main(['boards'])\n"
        "heavy = {'numpy', 'rich', 'jinja2', 'llvmlite', 'pyosys', 'cocotb'} & sys.modules.keys()\n"
        "assert not heavy, heavy"
    )
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert "kv260 (default)" in printed


def test_the_boards(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["boards", "--json"]) == 0
    boards = json.loads(capsys.readouterr().out)
    assert boards["default"] == "kv260" and len(boards["boards"]) >= 15
    assert main(["boards", "pynq-z2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["part"] == "xc7z020clg400-1"
    assert main(["boards", "zcu102"]) == 0
    printed = capsys.readouterr().out
    assert "memory       no figure" in printed and "source: DS891" in printed

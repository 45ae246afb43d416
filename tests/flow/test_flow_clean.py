"""Generated C++ and Verilog are clean: g++ -Wall -Wextra, pyslang, Verilator -Wall, Yosys for both families.

A network of every kind of layer in each format, and each kind of number in both patterns; the slow tests take the
designs in all of them, and Yosys.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hlsgen.cli import main
from hlsgen.sim.csim import compile_command
from hlsgen.sim.lint import lint
from hlsgen.synth import estimate

DESIGN = """
import numpy as np
from hlsgen.model import Model

random = np.random.default_rng(5)
model = Model("mixed")
x = model.input("image", (5, 5, 2))
x = model.relu(model.conv2d(x, random.normal(size=(4, 2, 3, 3)), random.normal(size=4), name="conv"))
x = model.flatten(model.max_pool(x, 2))
model.output(model.dense(x, random.normal(size=(3, 16)), random.normal(size=3), name="dense"))
model.calibration = random.normal(size=(8, 5, 5, 2))
model.test = model.calibration, np.arange(8) % 3
"""
FORMATS = ["Int8", "Fixed(16,6)", "Int4/Int8", "e4m3", "e2m1/e4m3"]
PATTERNS = ["dataflow", "sequential"]
ROOT = Path(__file__).resolve().parents[2]

each_format = pytest.mark.parametrize("fmt", FORMATS)
each_pattern = pytest.mark.parametrize("pattern", PATTERNS)


def make(design: Path, pattern: str, fmt: str, out: Path) -> None:
    """The project in `out`/hls_cpp and its RTL in `out`/rtl."""
    assert main(["hls", str(design), "--pattern", pattern, "--format", fmt, "--out", str(out)]) == 0


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "design.py").write_text(DESIGN)
    return folder


def rtl_of(out: Path) -> tuple[str, list[Path]]:
    """The top module and its files."""
    signature = json.loads((out / "rtl" / "signature.json").read_text())
    return signature["top"], [out / "rtl" / name for name in signature["files"]]


def warnings_of_gcc(project: Path) -> str:
    """What g++ says of kernel and test bench on the open ap_types headers; unknown are the pragmas of HLS alone."""
    if shutil.which("g++") is None:
        pytest.skip("g++ is not installed")
    _, *arguments = compile_command(project, "ap_types", project / "program")
    assert "-std=c++17" in arguments and {part for part in arguments if part.startswith("-Wno")} == {
        "-Wno-unknown-pragmas"
    }
    strict = ["-Wall", "-Wextra", "-fsyntax-only"]
    done = subprocess.run(
        ["g++", *(part for part in arguments if part != "-w"), *strict], capture_output=True, text=True
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("pattern", "fmt"),
    [*zip(PATTERNS * 3, FORMATS, strict=False), ("dataflow", "Fixed(16,6)"), ("sequential", "e2m1/e4m3")],
)
def test_generated_code_is_clean(pattern: str, fmt: str, mixed: Path, tmp_path: Path) -> None:
    make(mixed, pattern, fmt, tmp_path / "out")
    assert warnings_of_gcc(tmp_path / "out" / "hls_cpp") == ""
    assert lint(*rtl_of(tmp_path / "out")) == []


@pytest.mark.slow
@each_format
@each_pattern
@pytest.mark.parametrize("design", ["digits_mlp", "digits_cnn"])
def test_generated_code_of_the_designs_is_clean(design: str, pattern: str, fmt: str, tmp_path: Path) -> None:
    make(ROOT / "designs" / design, pattern, fmt, tmp_path / "out")
    assert warnings_of_gcc(tmp_path / "out" / "hls_cpp") == ""
    assert lint(*rtl_of(tmp_path / "out")) == []


@pytest.mark.slow
@each_format
@each_pattern
def test_generated_verilog_goes_through_yosys(pattern: str, fmt: str, mixed: Path, tmp_path: Path) -> None:
    make(mixed, pattern, fmt, tmp_path / "out")
    top, files = rtl_of(tmp_path / "out")
    multipliers = json.loads((tmp_path / "out" / "rtl" / "signature.json").read_text())["multipliers"]
    for family in ("xc7", "xcup"):
        (tmp_path / family).mkdir()
        found = estimate(files, top, family, tmp_path / family)
        assert found.resources.lut > 0 and found.resources.ff > 0 and found.resources.dsp <= multipliers
        assert 0 < found.delay_ns < 10
        log = (tmp_path / family / "yosys.log").read_text()
        # The flow deletes cells by name, and some are not there.
        assert re.findall(r"^Warning: (?!Selection).*", log, re.MULTILINE) == []

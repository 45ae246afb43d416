"""Kernels behind AXI masters and AXI4-Lite: the user's bench, its calls played to the RTL, memory compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlsgen.hls.compile import compile_project
from hlsgen.sim.batch import Design, simulate_many
from hlsgen.sim.interface import load_interface
from hlsgen.sim.lint import lint
from hlsgen.sim.recorder import record_calls

KERNELS = Path(__file__).parent / "kernels"
NAMES = sorted(path.stem for path in KERNELS.glob("*.cpp"))
QUICK = ("chained", "gather", "in_place", "pins_hs", "regions", "scalars")


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> dict[str, Path]:
    """name -> folder of the RTL."""
    found = {}
    for name in NAMES:
        found[name] = tmp_path_factory.mktemp(name)
        (found[name] / "stages").mkdir()
        compile_project([KERNELS / f"{name}.cpp"], name, found[name], clock_ns=5.0, family="xcup")
    return found


def play(built: dict[str, Path], names: tuple[str, ...] | list[str], work: Path) -> None:
    """The calls of the benches, as they are in C++, come out of the RTL."""
    designs = []
    for name in names:
        kernel, _, main = (KERNELS / f"{name}.cpp").read_text().partition("#ifdef BENCH\n")
        heads = "\n".join(line for line in kernel.splitlines() if line.startswith(("#include", "struct")))
        head = kernel[kernel.rindex("\n", 0, kernel.index(f" {name}(")) + 1 :].partition("{")[0]
        bench = work / f"{name}_bench.cpp"
        bench.write_text(f"{heads}\n{head};\n{main.rpartition('#endif')[0]}")
        recording = record_calls([KERNELS / f"{name}.cpp"], [bench], name, load_interface(built[name]), work / name)
        designs.append(Design(name, built[name], recording))
    for name, result in simulate_many(designs, work / "sim", seed=3, max_idle_cycles=20_000).items():
        assert not isinstance(result, Exception), f"{name}: {result}"
        assert result.equal and result.calls, f"{name}: {result.first_difference}"


def test_equal(built, tmp_path):
    play(built, QUICK, tmp_path)


@pytest.mark.slow
def test_all_equal(built, tmp_path):
    play(built, NAMES, tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_clean(name, built):
    files = json.loads((built[name] / "signature.json").read_text())["files"]
    assert lint(name, [built[name] / file for file in files]) == []


def test_pins_that_nothing_looks_at(tmp_path):
    """What the interface asks for stays, under a name that linters know."""
    source = tmp_path / "pins.cpp"
    source.write_text("""
    void pins(int x, int* bus, int& z, int out[4]) {
    #pragma HLS INTERFACE m_axi port=bus offset=direct depth=4
        out[0] = x;
    }""")
    compile_project([source], "pins", tmp_path, clock_ns=5.0, family="xc7")
    text = (tmp_path / "pins.v").read_text()
    assert "bus_r_unused = bus_r;" in text and "z_unused = z;" in text
    files = json.loads((tmp_path / "signature.json").read_text())["files"]
    assert lint("pins", [tmp_path / file for file in files]) == []

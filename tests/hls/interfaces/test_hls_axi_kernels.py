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


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """name -> (folder of the RTL, report)."""
    found = {}
    for name in NAMES:
        folder = tmp_path_factory.mktemp(name)
        (folder / "stages").mkdir()
        found[name] = folder, compile_project([KERNELS / f"{name}.cpp"], name, folder, clock_ns=5.0, family="xcup")
    return found


@pytest.fixture(scope="module")
def played(built, tmp_path_factory):
    """name -> what became of the calls."""
    work = tmp_path_factory.mktemp("work")
    designs = []
    for name, (folder, _) in built.items():
        kernel, _, main = (KERNELS / f"{name}.cpp").read_text().partition("#ifdef BENCH\n")
        heads = "\n".join(line for line in kernel.splitlines() if line.startswith(("#include", "struct")))
        head = kernel[kernel.rindex("\n", 0, kernel.index(f" {name}(")) + 1 :].partition("{")[0]
        bench = work / f"{name}_bench.cpp"
        bench.write_text(f"{heads}\n{head};\n{main.rpartition('#endif')[0]}")
        recording = record_calls([KERNELS / f"{name}.cpp"], [bench], name, load_interface(folder), work / name)
        designs.append(Design(name, folder, recording))
    return simulate_many(designs, work / "sim", seed=3, max_idle_cycles=20_000)


@pytest.mark.parametrize("name", NAMES)
def test_equal(name, played):
    result = played[name]
    assert not isinstance(result, Exception), result
    assert result.equal, result.first_difference


@pytest.mark.parametrize("name", NAMES)
def test_clean(name, built):
    folder, _ = built[name]
    files = json.loads((folder / "signature.json").read_text())["files"]
    assert lint(name, [folder / file for file in files]) == []

"""Designs with tensors in memory: words as NumPy lays them out, the C++ and the RTL on them, their ports counted."""

from __future__ import annotations

import numpy as np
import pytest
from arch_networks import network
from memory_designs import MemoryDesign, Simulated, check_equal, make_design, simulate_designs

from hlsgen.arch import scheduled_timing
from hlsgen.codegen import write_vectors
from hlsgen.core.errors import UserError
from hlsgen.model import Graph, Model, parse_policy, quantise_model
from hlsgen.sim.csim import simulate
from hlsgen.sim.interface import load_interface
from hlsgen.sim.memory import memory_calls

LATENCY_CYCLES = 40


def attention(fmt: str, **options) -> Graph:
    model = Model("net")
    inputs = [model.input(name, (2, 12, 4)) for name in "qkv"]
    model.output(model.window_attention(*inputs, window=4, name="attention", **options))
    random = np.random.default_rng(0)
    return quantise_model(model, parse_policy(fmt), {name: random.normal(size=(2, 2, 12, 4)) for name in "qkv"})


CASES = {  # graph, pattern, width
    "window": (lambda: attention("Int8"), "swat", None),
    "random": (lambda: attention("e4m3", global_tokens=(5,), random_tokens=2), "swat", 64),
    "dataflow": (lambda: network((6,), [("dense", 8), ("dense", 10)], "Int4"), "dataflow", 32),
    "sequential": (
        lambda: network((5, 5, 3), [("conv", 4, 3, "valid", 1), ("dense", 3)], "Fixed(12,4)"),
        "sequential",
        128,
    ),
}


@pytest.fixture(scope="module")
def projects(tmp_path_factory) -> dict[str, MemoryDesign]:
    def make(name: str) -> MemoryDesign:
        graph, pattern, width = CASES[name]
        folder, multipliers = tmp_path_factory.mktemp("memory") / name, None if pattern == "swat" else 40
        return make_design(folder, graph(), pattern, multipliers, width, latency_cycles=LATENCY_CYCLES)

    return {name: make(name) for name in CASES}


@pytest.mark.parametrize("name", CASES)
def test_words_are_numpys_bytes(projects, name) -> None:
    made = projects[name]
    for port in (*made.interface["inputs"], *made.interface["outputs"]):
        codes = made.outputs if port in made.interface["outputs"] else made.codes[port["tensor"]]
        array = np.zeros((5, port["sample_bytes"] // np.dtype(port["dtype"]).itemsize), port["dtype"])
        array[:, : codes[0].size] = codes.reshape(5, -1)
        lines = (made.folder / "vectors" / f"{port['port']}.hex").read_text().split()
        words = b"".join(bytes.fromhex(line)[::-1] for line in lines)
        assert words == array.tobytes() and list(codes.shape[1:]) == port["shape"]


@pytest.mark.parametrize("name", ["random", "sequential"])
def test_the_c_simulation_is_golden(projects, name) -> None:
    made = projects[name]
    assert simulate(made.folder / "hls_cpp", made.folder / "vectors").passed


def test_a_wrong_word_is_found(projects, tmp_path) -> None:
    made = projects["dataflow"]
    outputs = made.outputs.copy()
    outputs[3, 9] ^= 1
    write_vectors(made.interface, made.codes, outputs, tmp_path)
    result = simulate(made.folder / "hls_cpp", tmp_path, workdir=made.folder / "csim")
    found = result.first_mismatch
    assert result.mismatches == 1 and (found.port, found.sample, found.element) == ("out_memory", 3, 9)


@pytest.fixture(scope="module")
def simulated(projects, tmp_path_factory) -> dict[str, Simulated]:
    return simulate_designs(projects, tmp_path_factory.mktemp("sim"), LATENCY_CYCLES)


@pytest.mark.parametrize("name", CASES)
def test_the_rtl_is_golden_as_fast_as_predicted_and_reads_once(projects, simulated, name) -> None:
    made, found = projects[name], simulated[name].found
    check_equal(simulated[name], made)
    if name == "window":
        assert {m.words * m.word_elements for m in made.memory.masters} == {2 * 12 * 4}  # heads x n x H, everywhere
    timing = made.memory.timing(scheduled_timing(made.plan, simulated[name].loops))
    slack = 8 if name != "random" else 30  # of rows by numbers what is read ahead is not foreseen
    assert abs(timing.latency - found.cycles) <= slack, (timing, found)
    assert abs(timing.interval - found.interval) <= slack - 4, (timing, found)


def test_vectors_of_streams_are_refused(projects, tmp_path) -> None:
    (tmp_path / "vectors.json").write_text('{"samples": 2}')
    with pytest.raises(UserError, match="no vectors for AXI masters"):
        memory_calls(load_interface(projects["window"].folder / "rtl"), tmp_path)

"""Generated designs with tensors in memory, with vectors from the golden model; their RTL, simulated together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hlsgen import golden
from hlsgen.arch import AttentionPlan, Memory, Pipeline, plan, plan_memory
from hlsgen.codegen import generate, write_vectors
from hlsgen.core.boards import load_board
from hlsgen.hls.compile import compile_project
from hlsgen.model import Graph
from hlsgen.sim.batch import Design, simulate_many
from hlsgen.sim.call_bench import AxiMemory
from hlsgen.sim.interface import load_interface
from hlsgen.sim.memory import measured, memory_calls

BOARD = load_board("kv260")


@dataclass(frozen=True)
class MemoryDesign:
    """A generated project called `net`, its vectors, and what they were made of."""

    folder: Path
    graph: Graph
    plan: Any
    memory: Memory
    interface: dict[str, Any]
    codes: dict[str, np.ndarray]
    outputs: np.ndarray


def make_design(
    folder: Path,
    graph: Graph,
    pattern: str,
    multipliers: int | None,
    width: int | None,
    *,
    latency_cycles: int,
    loads_weights: bool = False,
) -> MemoryDesign:
    """width: of the masters in bits."""
    made = plan(graph, BOARD, pattern, multipliers)
    memory = plan_memory(made, graph, BOARD, width, latency_cycles, loads_weights=loads_weights)
    generate(made, graph, folder / "hls_cpp", memory)
    interface = json.loads((folder / "hls_cpp" / "interface.json").read_text())
    random = np.random.default_rng(1)
    codes = golden.code_inputs(graph, {n: random.normal(size=(5, *graph.tensors[n].shape)) for n in graph.inputs})
    outputs = golden.run(graph, codes).output
    write_vectors(interface, codes, outputs, folder / "vectors")
    return MemoryDesign(folder, graph, made, memory, interface, codes, outputs)


@dataclass(frozen=True)
class Simulated:
    """result: of every call, or what stopped it. found: what was measured. loops: as they were scheduled, by name."""

    result: Any
    found: Any
    loops: dict[str, Pipeline]


def simulate_designs(projects: Mapping[str, MemoryDesign], folder: Path, latency_cycles: int) -> dict[str, Simulated]:
    """By name; the RTL is left in `rtl` of each design. latency_cycles: of the memory."""
    designs, plays, loops = [], {}, {}
    for name, made in projects.items():
        rtl = made.folder / "rtl"
        rtl.mkdir()
        source = made.folder / "hls_cpp" / "src" / "net.cpp"
        report = compile_project([source], "net", rtl, clock_ns=BOARD.clock_ns, family=BOARD.family)
        by_function = isinstance(made.plan, AttentionPlan) or not made.plan.engine
        loops[name] = {
            loop.function if by_function else loop.label: Pipeline(loop.depth, loop.ii_reached) for loop in report.loops
        }
        recording, plays[name] = memory_calls(load_interface(rtl), made.folder / "vectors")
        designs.append(Design(name, rtl, recording))
    memory = AxiMemory(latency_cycles, before_page_words=0)
    results = simulate_many(designs, folder, max_idle_cycles=20_000, memory=memory)
    return {
        name: Simulated(result, _measured(projects[name], result, plays[name]), loops[name])
        for name, result in results.items()
    }


def _measured(made: MemoryDesign, result: Any, plays: Any) -> Any:
    if isinstance(result, Exception):
        return None
    return measured(load_interface(made.folder / "rtl"), result, plays)


def check_equal(simulated: Simulated, made: MemoryDesign) -> None:
    """Every word equal, at full rate and under stalls, and each element read or written once."""
    result = simulated.result
    assert not isinstance(result, Exception), result
    assert result.equal and "random_stalls" in result.passes, result.first_difference
    assert simulated.found.port_words == {master.argument: master.words for master in made.memory.masters}

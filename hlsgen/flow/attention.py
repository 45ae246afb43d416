"""One window attention measured: planned, compiled, simulated against golden, on request synthesised.

In: an `AttentionCase`, a shape and random data. Out: `Measured`: cycles and port beats of the RTL beside the plan's.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hlsgen.arch import AttentionPlan, Pipeline, plan_memory, plan_spilled, plan_swat
from hlsgen.codegen import generate, write_vectors
from hlsgen.core.boards import Board
from hlsgen.golden import code_inputs, float_reference, relative_error
from hlsgen.golden import run as run_golden
from hlsgen.hls.compile import compile_project
from hlsgen.model import Graph, Model, parse_policy, quantise_model
from hlsgen.sim.cosim import cosim
from hlsgen.sim.memory import cosim_memory
from hlsgen.sim.signature import load_signature
from hlsgen.synth import estimate
from hlsgen.synth.counts import Resources

from .calls import cosim_calls, port_words

_TOP = "attention_core"


@dataclass(frozen=True, slots=True)
class AttentionCase:
    """Shape, mask and folding. window 0: dense. multipliers: the budget. initiation_interval: of the cores.
    mask: what else `Model.window_attention` takes, as pairs. spilled: by the pattern `spilled`. axi_latency: cycles of
    the memory behind AXI masters, 0: streams. axi_width_bits: of the masters, None: by their rates."""

    tokens: int
    window: int
    features: int = 16
    heads: int = 1
    format: str = "Int8"
    multipliers: int | None = None
    pipelines: int = 1
    initiation_interval: int = 1
    samples: int = 2
    mask: tuple[tuple[str, Any], ...] = ()
    spilled: bool = False
    axi_latency: int = 0
    axi_width_bits: int | None = None

    @property
    def name(self) -> str:
        """A line for the progress."""
        version = "spilled" if self.spilled else "fused"
        masks = ", ".join(name for name, _ in self.mask)
        port = f", memory of {self.axi_latency} cycles" if self.axi_latency else ""
        return f"{self.format}, {self.tokens} tokens, window {self.window}, {masks or 'no more keys'}, {version}{port}"

    @property
    def options(self) -> dict[str, Any]:
        """What `Model.window_attention` takes beside q, k and v."""
        dense = {} if self.window else {"global_tokens": range(self.tokens)}
        return {"window": self.window, **dense, **dict(self.mask)}


@dataclass(frozen=True, slots=True)
class Measured:
    """cycles, interval: of a sample in the RTL; predicted_*: by the plan with the loops as scheduled. words: elements
    that passed each port in the RTL for a sample. error: against real numbers. resources: of the cores, by Yosys,
    or empty."""

    case: AttentionCase
    plan: AttentionPlan
    passed: bool
    cycles: int
    interval: int
    predicted_cycles: int
    predicted_interval: int
    words: dict[str, int]
    error: float
    simulated_cycles: int
    cycles_per_second: int
    seconds: float
    resources: dict[str, Any]

    @property
    def row_cycles(self) -> float:
        """Cycles of a sample for each query, heads together."""
        return self.interval / (self.case.tokens * self.case.heads)


def graph_of(case: AttentionCase, seed: int = 0) -> tuple[Model, Graph, dict[str, np.ndarray]]:
    """The quantised attention and its random inputs (samples, heads, tokens, features)."""
    shape = (case.heads, case.tokens, case.features)
    model = Model(_TOP)
    q, k, v = (model.input(name, shape) for name in "qkv")
    model.output(model.window_attention(q, k, v, name="attention", **case.options))
    random = np.random.default_rng(seed)
    data = {name: random.normal(size=(case.samples, *shape)) for name in "qkv"}
    return model, quantise_model(model, parse_policy(case.format), data), data


def measure_attention(case: AttentionCase, board: Board, folder: Path, *, synthesise: bool = False) -> Measured:
    """All of it in `folder`, which is emptied first."""
    started = time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    model, graph, data = graph_of(case)
    codes = code_inputs(graph, data)
    outputs = run_golden(graph, codes).output
    error = relative_error(outputs, graph.tensors[graph.outputs[0]].element, float_reference(model, data))
    plan = _plan(case, graph, board)
    memory = plan_memory(plan, graph, board, case.axi_width_bits, case.axi_latency) if case.axi_latency else None
    generate(plan, graph, folder / "hls_cpp", memory)
    interface = json.loads((folder / "hls_cpp" / "interface.json").read_text(encoding="utf-8"))
    write_vectors(interface, codes, outputs, folder / "vectors")
    (folder / "rtl").mkdir()
    report = compile_project(
        [folder / "hls_cpp" / "src" / f"{_TOP}.cpp"], _TOP, folder / "rtl", clock_ns=board.clock_ns, family=board.family
    )
    timing = plan.timing({loop.function: Pipeline(loop.depth, loop.ii_reached) for loop in report.loops})
    if memory is not None:
        timing = memory.timing(timing)
        simulated = _in_memory(folder, interface, memory.latency_cycles)
    else:
        simulated = (_called if case.spilled else _streamed)(folder, interface)
    return Measured(
        case=case,
        plan=plan,
        predicted_cycles=timing.latency,
        predicted_interval=timing.interval,
        error=error,
        **simulated,
        seconds=time.monotonic() - started,
        resources=_resources(folder, board.family) if synthesise else {},
    )


def _plan(case: AttentionCase, graph: Graph, board: Board) -> AttentionPlan:
    if case.spilled:
        return plan_spilled(graph, board, case.multipliers)
    return plan_swat(graph, board, case.multipliers, case.pipelines, case.initiation_interval)


def _streamed(folder: Path, interface: dict[str, Any]) -> dict[str, Any]:
    """What `Measured` says of a simulation."""
    result = cosim(folder / "rtl", folder / "vectors", folder / "cosim")
    lanes = {port["port"]: port["lanes"] for port in (*interface["inputs"], *interface["outputs"])}
    return {
        "passed": result.passed,
        "cycles": result.cycles_per_sample,
        "interval": result.interval_cycles or result.cycles_per_sample,
        "words": {port: beats * lanes[port] // result.samples for port, beats in result.port_beats.items()},
        "simulated_cycles": result.total_cycles,
        "cycles_per_second": result.sim_cycles_per_second,
    }


def _in_memory(folder: Path, interface: dict[str, Any], latency_cycles: int) -> dict[str, Any]:
    """The same behind AXI masters."""
    result = cosim_memory(folder / "rtl", folder / "vectors", folder / "cosim", latency_cycles=latency_cycles)
    lanes = {port["port"]: port["lanes"] for port in (*interface["inputs"], *interface["outputs"])}
    return {
        "passed": result.passed,
        "cycles": result.cycles,
        "interval": result.interval or result.cycles,
        "words": {port: words * lanes[port] for port, words in result.port_words.items()},
        "simulated_cycles": result.calls.total_cycles,
        "cycles_per_second": result.sim_cycles_per_second,
    }


def _called(folder: Path, interface: dict[str, Any]) -> dict[str, Any]:
    """The same where calls do not overlap."""
    result = cosim_calls(folder / "hls_cpp", folder / "rtl", folder / "vectors", folder / "cosim")
    ports = (*interface["inputs"], *interface["outputs"], *interface["spilled"])
    words = port_words(folder / "rtl", result, {port["port"]: port["width_bits"] for port in ports})
    return {
        "passed": result.equal,
        "cycles": result.cycles_max,
        "interval": result.cycles_max,
        "words": {port["port"]: words[port["port"]] * port["lanes"] for port in ports},
        "simulated_cycles": result.total_cycles,
        "cycles_per_second": 0,
    }


def _resources(folder: Path, family: str) -> dict[str, Any]:
    """What the processes of the cores take. Yosys maps them alone: the other stages are the slow ones."""
    signature = load_signature(folder / "rtl")
    found = Resources()
    for kind in ("scores", "values"):
        (folder / "synth" / kind).mkdir(parents=True)
        top = f"{signature.top}_attention_{kind}"
        found += estimate(signature.files, top, family, folder / "synth" / kind).resources
    return asdict(found)

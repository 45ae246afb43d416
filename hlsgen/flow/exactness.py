"""Window attention, golden = C++ = RTL, over masks, formats and edge cases: many tiny designs at once.

Each goes the way of a build as far as its C++, Verilog and vectors; then one program runs the test benches of all, and
simulators of a few each their RTL: samples one by one, back to back, and against random stalls.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from hlsgen.arch import AttentionPlan, plan_swat
from hlsgen.codegen import generate, write_vectors
from hlsgen.core.boards import Board
from hlsgen.core.errors import InternalError
from hlsgen.core.paths import data_dir
from hlsgen.golden import code_inputs
from hlsgen.golden import run as run_golden
from hlsgen.hls.compile import compile_project
from hlsgen.model import Graph, Model, parse_policy, quantise_model
from hlsgen.numerics import to_integers
from hlsgen.sim.batch import Design, simulate_many
from hlsgen.sim.csim import compile_command
from hlsgen.sim.interface import load_interface
from hlsgen.sim.vector_calls import vector_calls

FORMATS = ("Int8", "Fixed(16,6)", "e4m3", "e5m2", "fp16")
MASKS = ("Longformer", "BigBird", "causal", "Lambda")
_TOGETHER = 2  # designs in a simulator: Verilator takes much longer over many wide ones at once
_HUGE = 1e9  # saturates in every format
_SUMMARY = re.compile(r"samples=(\d+) mismatches=0$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Edge:
    """A shape at an edge, and how it is folded. others: keys of BigBird beside its window: global, random."""

    name: str
    tokens: int
    window: int
    features: int
    heads: int
    others: tuple[int, int]
    sinks: int
    multipliers: int | None


EDGES = (
    Edge("n < window", 3, 5, 2, 1, (1, 0), 2, None),
    Edge("n = 1", 1, 3, 3, 2, (1, 0), 1, 48),
    Edge("window = 1", 5, 1, 2, 2, (1, 2), 2, None),
    Edge("n = 7, folded", 7, 4, 3, 1, (1, 1), 2, 5),
)
DATA = ("random", "beyond calibration", "equal scores", "largest scores", "smallest scores", "both ends")


@dataclass(frozen=True, slots=True)
class ExactCase:
    """One design. maximum: the policy of `Model.window_attention`."""

    mask: str
    edge: Edge
    format: str
    maximum: str

    @property
    def options(self) -> dict[str, Any]:
        """What `Model.window_attention` takes beside q, k and v."""
        edge, options = self.edge, {"window": self.edge.window, "maximum": self.maximum}
        if self.mask == "BigBird":
            count, others = edge.others
            return {**options, "global_tokens": range(edge.tokens - count, edge.tokens), "random_tokens": others}
        if self.mask == "Longformer":
            return options
        return {**options, "causal": True, "sinks": edge.sinks if self.mask == "Lambda" else 0}


@dataclass(slots=True)
class Checked:
    """samples: of DATA. native, rtl: whether all are equal to golden; what: the first thing that was not."""

    case: ExactCase
    plan: AttentionPlan
    samples: int
    native: bool = False
    rtl: bool = False
    what: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return self.native and self.rtl


def all_cases(formats: Sequence[str] = FORMATS) -> list[ExactCase]:
    """Every mask, edge and format. The policies take turns: both are with every mask, every edge and every format."""
    return [
        ExactCase(mask, edge, fmt, ("row", "static")[(row + column) % 2])
        for fmt in formats
        for row, mask in enumerate(MASKS)
        for column, edge in enumerate(EDGES)
    ]


def check(cases: Sequence[ExactCase], board: Board, folder: Path, tell: Callable[[str], None] = print) -> list[Checked]:
    """All cases, in the empty `folder`. tell: takes a line now and then."""
    found = [_make(case, board, folder / f"d{number}", f"d{number}") for number, case in enumerate(cases)]
    tell(f"{len(cases)} designs compiled")
    _run_native(found, folder)
    tell("C++ run")
    designs = []
    for number in range(len(found)):
        rtl = folder / f"d{number}" / "rtl"
        designs.append(Design(f"d{number}", rtl, vector_calls(load_interface(rtl), folder / f"d{number}" / "vectors")))
    results: list[Any] = []
    for first in range(0, len(designs), _TOGETHER):
        results += simulate_many(designs[first : first + _TOGETHER], folder / f"sim{first}").values()
    for checked, result in zip(found, results, strict=True):
        checked.rtl = not isinstance(result, Exception) and result.equal
        if not checked.rtl:
            checked.what.append(str(result if isinstance(result, Exception) else result.first_difference))
    tell("RTL simulated")
    return found


def graph_of(case: ExactCase, name: str) -> tuple[Graph, dict[str, np.ndarray]]:
    """The quantised attention and the codes of its inputs, a sample of each kind in DATA."""
    edge = case.edge
    shape = (edge.heads, edge.tokens, edge.features)
    model = Model(name)
    q, k, v = (model.input(each, shape) for each in "qkv")
    model.output(model.window_attention(q, k, v, name=f"{name}_attention", **case.options))
    random = np.random.default_rng(sum(map(ord, f"{case.mask}{edge.name}{case.format}")))
    calibration = {each: random.normal(scale=0.7, size=(4, *shape)) for each in "qkv"}
    graph = quantise_model(model, parse_policy(case.format), calibration)
    data = {each: random.normal(scale=0.7, size=(len(DATA), *shape)) for each in "qkv"}
    for each in "qkv":
        data[each][1] *= 8
        data[each][5] = random.choice([-_HUGE, _HUGE], shape)
    data["q"][2] = 0
    data["q"][3:5] = data["k"][3] = _HUGE
    data["k"][4] = -_HUGE
    codes = code_inputs(graph, data)
    low, high = graph.tensors["q"].element.integer_range
    ends = to_integers(codes["q"][5], graph.tensors["q"].element)
    assert set(np.unique(ends)) <= {low, high} and (codes["q"][2] == codes["q"][2].flat[0]).all()
    return graph, codes


def _make(case: ExactCase, board: Board, folder: Path, name: str) -> Checked:
    graph, codes = graph_of(case, name)
    plan = plan_swat(graph, board, case.edge.multipliers)
    generate(plan, graph, folder / "hls_cpp")
    interface = json.loads((folder / "hls_cpp" / "interface.json").read_text(encoding="utf-8"))
    write_vectors(interface, codes, run_golden(graph, codes).output, folder / "vectors")
    (folder / "rtl").mkdir()
    source = folder / "hls_cpp" / "src" / f"{name}.cpp"
    compile_project([source], name, folder / "rtl", clock_ns=board.clock_ns, family=board.family)
    return Checked(case, plan, len(DATA))


def _run_native(found: Sequence[Checked], folder: Path) -> None:
    """The test bench of each, all in one program: what is alike in all is outside of the namespaces."""
    headers = ("cstdio", "cstdlib", "ap_axi_sdata.h", "ap_int.h", "hls_stream.h")
    library = sorted((data_dir("templates") / "lib").glob("*.h"))
    lines = [*(f"#include <{name}>" for name in headers), *(f'#include "{path}"' for path in library)]
    sources = [folder / f"d{number}" / "hls_cpp" for number in range(len(found))]
    for number, source in enumerate(sources):
        lines += [f"namespace n{number} {{", f'#include "{source}/src/d{number}.cpp"']
        lines += [f'#include "{source}/tb/d{number}_tb.cpp"', "}"]
    runs = ", ".join(f"n{number}::main" for number in range(len(found)))
    lines += [f"int (*const runs[])(int, char**) = {{{runs}}};"]
    lines += ["int main(int, char** arguments) { return runs[atoi(arguments[1])](2, arguments + 1); }", ""]
    (folder / "tb").mkdir()
    (folder / "tb" / "bench.cpp").write_text("\n".join(lines), encoding="utf-8")
    program = folder / "native"
    command = [part for part in compile_command(folder, "hlsgen", program) if not part.startswith("-O")]
    command += ["-O0", "-g0", "-w", *(f"-I{source / 'src'}" for source in sources)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise InternalError("the test benches do not compile", done.stderr[-20_000:])
    for number, checked in enumerate(found):
        run: list[str | Path] = [program, str(number), folder / f"d{number}" / "vectors"]
        printed = subprocess.run(run, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL).stdout
        summary = _SUMMARY.search(printed)
        checked.native = summary is not None and int(summary[1]) == checked.samples
        if not checked.native:
            checked.what.append(f"C++: {printed.strip() or 'it does not end well'}")

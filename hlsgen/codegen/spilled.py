"""The contexts of a project of the pattern `spilled`, for `templates/spilled`: the processes of `swat`, in phases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hlsgen.arch import Input, Output, SpilledPlan, port_width_bits
from hlsgen.arch.spilled import PHASES
from hlsgen.core.errors import UserError
from hlsgen.model import Graph

from . import numbers
from .project import Part, Rom, check_names
from .swat import Contexts, Step, StreamContext, parts_of

_MAX_WORD_BITS = 1024  # of an AXI master
_PHASES = {
    "all_scores": "Phase 1: the scores of all queries.",
    "all_weights": "Phase 2: their weights, and the sums of the weights.",
    "all_results": "Phase 3: the values weighted, summed and divided.",
}
_SCRATCH = "spilled_"
_PHASE_OF_PORT = {"q": 0, "k": 0, "v": 2, "out": 2}


@dataclass(frozen=True, slots=True)
class Memory:
    """What lies behind an AXI master: `beats` words of `bits` bits, `lanes` things a word. `is_input`: the accelerator
    only reads it."""

    name: str
    bits: int
    beats: int
    lanes: int
    what: str
    is_input: bool = False

    def parameter(self, reads: bool) -> str:
        return f"{'const ' if reads else ''}ap_uint<{self.bits}>* {self.name}"


@dataclass(frozen=True, slots=True)
class Phase:
    """A function with a dataflow region of its own. parameters: of the function, arguments: of its call."""

    name: str
    what: str
    processes: tuple[Step, ...]
    calls: tuple[str, ...]
    streams: tuple[StreamContext, ...]
    parameters: tuple[str, ...]
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spilled:
    """What `templates/spilled` shows, beside the project."""

    phases: tuple[Phase, ...]
    memories: tuple[Memory, ...]
    roms: tuple[Rom, ...]
    headers: tuple[str, ...]
    parts: dict[str, Part]

    @property
    def scratch(self) -> list[dict[str, Any]]:
        """For `interface.json`: what the accelerator writes for itself."""
        return [
            {"port": memory.name, "width_bits": memory.bits, "beats": memory.beats, "lanes": memory.lanes}
            for memory in self.memories
            if memory.name.startswith(_SCRATCH)
        ]


def spilled(plan: SpilledPlan, graph: Graph) -> Spilled:
    """The contexts of a plan for `graph`."""
    made = _Phases(plan, graph)
    made.run()
    made.spill()
    names = [step.name for step in made.steps] + [rom.name for rom in made.roms] + list(made.memories)
    check_names(plan.design, [*names, *_PHASES])
    attention = made.attention
    formats = [attention.q.element, attention.k.element, attention.v.element, attention.y.element]
    headers = (*numbers.headers(*formats), "lanes.h", "divide.h")
    phases = tuple(made.phase(number, *each) for number, each in enumerate(_PHASES.items()))
    return Spilled(phases, tuple(made.memories.values()), tuple(made.roms), headers, parts_of(attention, plan))


class _Phases(Contexts):
    """Ports are memories rather than streams, and what goes from phase to phase passes one."""

    def __init__(self, plan: SpilledPlan, graph: Graph) -> None:
        super().__init__(plan, graph)
        self.memories: dict[str, Memory] = {}
        self.phase_of: dict[str, int] = {}  # by name of a step

    def phase(self, number: int, name: str, what: str) -> Phase:
        steps = [step for step in self.steps if self.phase_of[step.name] == number]
        steps.sort(key=lambda step: ("load" not in step.template) + ("store" in step.template))
        used = {argument for step in steps for argument in step.arguments}
        read = {step.arguments[0] for step in steps}
        memories = [memory for memory in self.memories.values() if memory.name in used]
        return Phase(
            name=name,
            what=what,
            processes=tuple(steps),
            calls=tuple(f"{step.name}({', '.join(step.arguments)})" for step in steps),
            streams=tuple(stream for stream in self.streams if stream.name in used),
            parameters=tuple(memory.parameter(memory.name in read) for memory in memories),
            arguments=tuple(memory.name for memory in memories),
        )

    def step(self, kind: str, streams: Sequence[str | None], fields: dict[str, Any]) -> None:
        super().step(kind, streams, fields)
        self.phase_of[self.steps[-1].name] = next(n for n, kinds in enumerate(PHASES) if kind in kinds)

    def port(self, port: Input | Output, source: str, target: str) -> None:
        bits, what = port.lanes * port.element_bits, f"{port.tensor}, {port.lanes} elements a word"
        memory = self.memory(port.port, bits, port.beats, port.lanes, what, is_input=port.kind == "input")
        kind = "load" if memory.is_input else "store"
        self.transfer(port.name, kind, memory, bits, (source, target), _phase_of(port))

    def adapter(self, port: Input | Output, name: str, lanes: int, wanted: int, source: str, target: str) -> None:
        super().adapter(port, name, lanes, wanted, source, target)
        self.phase_of[name] = _phase_of(port)

    def spill(self) -> None:
        """A store and a load for each stream from phase to phase."""
        plan = self.plan
        rows = plan.heads * plan.tokens
        words = rows * self.word_count
        for stream, phase, element_bits, beats, lanes, what in (
            ("scores", 0, self.scores.width, words, plan.lanes, f"scores, {plan.lanes} a word"),
            ("weights", 1, self.weight_bits, words, plan.lanes, f"weights, {plan.lanes} a word"),
            ("totals", 1, self.total_bits, rows, 1, "sums of the weights of each row"),
        ):
            bits = lanes * element_bits
            memory = self.memory(f"{_SCRATCH}{stream}", bits, beats, lanes, what)
            self.transfer(f"{stream}_store", "store", memory, bits, (stream, memory.name), phase)
            self.transfer(f"{stream}_load", "load", memory, bits, (memory.name, stream), phase + 1)

    def memory(self, name: str, bits: int, beats: int, lanes: int, what: str, is_input: bool = False) -> Memory:
        width = port_width_bits(1, bits)
        if width > _MAX_WORD_BITS:
            raise UserError(
                f"words of {bits} bits for {name}",
                where=f"layer {self.attention.name}",
                do=f"use fewer multipliers: an AXI master has at most {_MAX_WORD_BITS} bits",
            )
        self.memories[name] = Memory(name, width, beats, lanes, what, is_input)
        return self.memories[name]

    def transfer(self, name: str, kind: str, memory: Memory, bits: int, arguments: tuple[str, str], phase: int) -> None:
        fields = {"memory_bits": memory.bits, "bits": bits, "beats": memory.beats, "what": memory.what}
        self.steps.append(Step(name, f"spilled/{kind}.cpp.j2", arguments, fields))
        self.phase_of[name] = phase


def _phase_of(port: Input | Output) -> int:
    return _PHASE_OF_PORT[port.port.partition("_")[0]]

"""Accesses of arrays behind an AXI master: where each lies in its loops, and its byte address as a linear form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import takewhile

from hlsgen.core.errors import UserError
from hlsgen.hls.bus_widths import atom_bytes
from hlsgen.hls.cdfg.ir import Function, Kind, Loop, Memory, Op
from hlsgen.hls.cdfg.nests import Forms, Nests, centred
from hlsgen.hls.graph import reverse_post_order

_INDEX_BITS = 32  # of the outermost dimension, signed


@dataclass(frozen=True, slots=True)
class Access:
    """A LOAD or STORE at `rank` in the text of its function."""

    op: Op
    label: str
    rank: int
    loops: tuple[Loop, ...]  # the innermost first, up to one in which others reach the memory

    @property
    def reads(self) -> bool:
        return self.op.kind is Kind.LOAD


@dataclass(slots=True)
class Group:
    """Accesses served by one request for each run of `loop` (None: one for each access), in the order of addresses."""

    members: list[Access]
    loop: Loop | None = None
    nest: tuple[Loop, ...] = ()  # up to `loop`, the innermost first
    fresh: bool = True  # reads: nothing of them is written in the loop before
    channel: int = 0

    @property
    def reads(self) -> bool:
        return self.members[0].reads

    @property
    def where(self) -> frozenset[str]:
        return self.loop.blocks if self.loop is not None else frozenset(access.label for access in self.members)


@dataclass(slots=True)
class Argument:
    """One memory and its accesses in the order of the text; `groups` once it is known what they become. calls: the
    operations that start functions with modules of their own which reach it too, and that wait for their end."""

    memory: Memory
    accesses: list[Access]
    calls: frozenset[int] = frozenset()
    groups: list[Group] = field(default_factory=list)

    @property
    def reads(self) -> list[Access]:
        return [access for access in self.accesses if access.reads]

    @property
    def writes(self) -> list[Access]:
        return [access for access in self.accesses if not access.reads]


@dataclass(frozen=True, slots=True)
class ByteForm:
    """A byte address: relative to what; a constant; what an iteration of each loop, by its header, adds."""

    relative: tuple[tuple[int, tuple[tuple[int, int], ...]], ...]  # for each dimension: stride, terms of its index
    constant: int
    steps: dict[str, int]


def find_arguments(nests: Nests) -> list[Argument]:
    """Every memory with a `bus`; raises UserError for what an AXI master cannot reach."""
    function = nests.function
    order = reverse_post_order({b: block.end.targets() for b, block in function.blocks.items()}, function.entry)
    rank = {id: n for n, id in enumerate(id for label in order for id in function.blocks[label].ops)}
    found: dict[str, list[Access]] = {memory.name: [] for memory in function.memories.values() if memory.bus}
    calls = {name: _calls(function, function.memories[name]) for name in found}
    for label, block in function.blocks.items():
        around = tuple(nests.around(label))
        for id in block.ops:
            op = function.ops[id]
            if op.object in found and op.kind in (Kind.LOAD, Kind.STORE):
                loops = tuple(takewhile(partial(_is_quiet, function, calls[op.object]), around))
                found[op.object].append(Access(op, label, rank[id], loops))
    for name in found:
        _check(function.memories[name])
    return [
        Argument(function.memories[name], sorted(accesses, key=lambda access: access.rank), calls[name])
        for name, accesses in found.items()
    ]


def _calls(function: Function, memory: Memory) -> frozenset[int]:
    """See `Argument.calls`."""
    channels = {s.name for s in function.streams.values() if s.bus and s.argument == memory.argument}
    units = [unit.name for unit in function.units if not channels.isdisjoint(unit.bindings.values())]
    ends = {f"{unit}_{end}" for unit in units for end in ("start", "done")}
    return frozenset(op.id for op in function.ops.values() if op.object in ends)


def _is_quiet(function: Function, calls: frozenset[int], loop: Loop) -> bool:
    """No function that reaches the memory is called in the loop."""
    return all(calls.isdisjoint(function.blocks[label].ops) for label in loop.blocks)


def _check(memory: Memory) -> None:
    atom = atom_bytes(memory.width // 8, memory.offset_bytes, *memory.strides_bytes)  # all addresses are multiples
    if atom < memory.width // 8 and atom < 4:
        raise UserError(
            f"elements of {memory.width} bits at addresses that are multiples of {atom} bytes",
            where=replace(memory.loc, name=memory.name),
            do="lay out the struct without packing, or read it as bytes",
        )


def byte_form(nests: Nests, memory: Memory, access: Access, nest: Iterable[Loop]) -> ByteForm | None:
    """The address in the loops of `nest`, when it is a linear form of their iterations."""
    nest = tuple(nest)
    forms = Forms(nests, nest)
    constant, steps = memory.offset_bytes, {loop.header: 0 for loop in nest}
    relative = []
    for number, (id, stride) in enumerate(zip(access.op.args, memory.strides_bytes, strict=False)):
        width = _INDEX_BITS if number == 0 else nests.function.ops[id].width
        form = forms.of(id, width)
        if form is None:
            return None
        first = centred(form.constant, width)
        if number and form.steps:  # the index is one of few bits: it may not wrap around
            span = forms.span(form)
            if span is None:
                return None
            first = span[0]
        elif number:
            first = form.constant
        relative.append((stride, tuple(sorted(form.terms.items()))))
        constant += stride * first
        for header in form.steps:
            steps[header] += stride * form.step(header)
    return ByteForm(tuple(relative), constant, steps)

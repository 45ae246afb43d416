"""What a module that runs one function shows to its surroundings, beside clock, reset, ap_start, ap_taken, ap_done.

Every item belongs to an argument of the C++ function and is named after it: the argument `p` has items `p`, `p_x`
(a member), `p_3` (an element), `p_b1` (a bank). Whoever calls the function connects them by what follows the argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hlsgen.hls.bind.memory_kinds import in_registers
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.cdfg.ir import MEMORY_KINDS, Kind, StreamField
from hlsgen.hls.cdfg.written import kept_words
from hlsgen.hls.llvm.ir import FrontEnd
from hlsgen.hls.rtl.memory_ports import assign_ports


@dataclass(frozen=True, slots=True)
class StreamItem:
    """Ports `<name>_data`, `<name>_valid`, `<name>_ready`. reads: data comes in."""

    name: str
    argument: str
    width_bits: int
    reads: bool
    fields: tuple[StreamField, ...] = ()


@dataclass(frozen=True, slots=True)
class InputItem:
    """A number that is read when the call is taken: port `<name>_i`."""

    name: str
    argument: str
    width_bits: int
    elements: tuple[int, ...] = ()  # of an array, of which this is one bank: which element it is


@dataclass(frozen=True, slots=True)
class OutputItem:
    """A number that the call makes: `<name>_o`, and `<name>_o_vld` in the cycle in which it appears there."""

    name: str
    argument: str
    width_bits: int
    elements: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ArrayPort:
    number: int
    reads: bool
    writes: bool


@dataclass(frozen=True, slots=True)
class ArrayItem:
    """A memory outside: for each port `<name>_address0`, `_ce0`, when it writes `_we0`, `_d0`, when it reads `_q0`."""

    name: str
    argument: str
    width_bits: int
    depth_words: int
    ports: tuple[ArrayPort, ...]
    elements: tuple[int, ...] = ()  # one bank of several: which elements its words are, -1 for none

    @property
    def reads(self) -> bool:
        return any(port.reads for port in self.ports)

    @property
    def writes(self) -> bool:
        return any(port.writes for port in self.ports)


Item = StreamItem | InputItem | OutputItem | ArrayItem


@dataclass(frozen=True, slots=True)
class KernelInterface:
    streams: tuple[StreamItem, ...] = ()
    inputs: tuple[InputItem, ...] = ()
    outputs: tuple[OutputItem, ...] = ()
    arrays: tuple[ArrayItem, ...] = ()

    def items(self) -> Iterator[Item]:
        yield from self.streams
        yield from self.inputs
        yield from self.outputs
        yield from self.arrays


def suffix(item: Item) -> str:
    """Which part of its argument an item is."""
    return item.name.removeprefix(item.argument)


def interface_of(scheduled: ScheduledFunction) -> KernelInterface:
    """The interface of the module that `build_process` makes."""
    function = scheduled.function
    kinds: dict[str, set[Kind]] = {}
    for op in function.ops.values():
        if op.kind in MEMORY_KINDS:
            kinds.setdefault(op.object, set()).add(op.kind)
    inputs = [InputItem(p.name, p.argument, p.width) for p in function.params.values()]
    outputs, arrays = [], []
    ports, kept = assign_ports(scheduled), kept_words(function)
    for memory in function.memories.values():
        used = kinds.get(memory.name, set())
        if not memory.external or not used:
            continue
        if in_registers(memory):
            if Kind.LOAD in used or memory.name in kept:
                inputs.append(InputItem(memory.name, memory.argument, memory.width, memory.elements))
            if Kind.STORE in used:
                outputs.append(OutputItem(memory.name, memory.argument, memory.width, memory.elements))
            continue
        found = ports[memory.name]
        each = tuple(ArrayPort(n, n in found.loads.values(), n in found.stores.values()) for n in found.numbers)
        arrays.append(ArrayItem(memory.name, memory.argument, memory.width, memory.depth_words, each, memory.elements))
    streams = (
        StreamItem(s.name, s.argument or s.name, s.width, s.direction == "in", s.fields)
        for s in function.streams.values()
    )
    return KernelInterface(tuple(streams), tuple(inputs), tuple(outputs), tuple(arrays))


def argument_directions(front: FrontEnd, interface: KernelInterface) -> dict[str, str]:
    """Argument of the top -> "in", "out" or "inout", as the kernel uses it. A struct of which only some members are
    written is both."""
    found = {}
    for port in front.ports:
        items = [item for item in interface.items() if item.argument == port.name]
        made = [item for item in items if isinstance(item, OutputItem)]
        scalars = sum(leaf.count for leaf in port.fields)
        partly = port.kind == "pointer" and 0 < len(made) < scalars
        reads = partly or any(isinstance(i, InputItem) or (isinstance(i, ArrayItem) and i.reads) for i in items)
        writes = bool(made) or any(isinstance(i, ArrayItem) and i.writes for i in items)
        found[port.name] = "inout" if reads and writes else "out" if writes else "in" if reads else ""
    return found

"""What a module that runs one function shows to its surroundings, beside clock, reset, ap_start, ap_taken, ap_done.

Every item belongs to an argument of the C++ function and is named after it: the argument `p` has items `p`, `p_x`
(a member), `p_3` (an element), `p_b1` (a bank). Whoever calls the function connects them by what follows the argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hlsgen.hls.cdfg.ir import StreamField
from hlsgen.hls.llvm.ir import Leaf


@dataclass(frozen=True, slots=True)
class StreamItem:
    """Ports `<name>_data`, `<name>_valid`, `<name>_ready`. reads: data comes in.

    bus: the AXI master that it leads to. under_way: requests that may go out before the first answer is taken.
    elements: of an array that is a stream, how many pass in a call, where that is known.
    """

    name: str
    argument: str
    width_bits: int
    reads: bool
    fields: tuple[StreamField, ...] = ()
    bus: str = ""
    under_way: int = 0
    elements: int | None = None


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
    """calls_under_way: at most, where numbers come in with ap_taken and go out with ap_done; 0 where they have to stay
    until the end, and calls follow one another."""

    streams: tuple[StreamItem, ...] = ()
    inputs: tuple[InputItem, ...] = ()
    outputs: tuple[OutputItem, ...] = ()
    arrays: tuple[ArrayItem, ...] = ()
    calls_under_way: int = 0

    def items(self) -> Iterator[Item]:
        yield from self.streams
        yield from self.inputs
        yield from self.outputs
        yield from self.arrays


def suffix(item: Item) -> str:
    """Which part of its argument an item is."""
    return item.name.removeprefix(item.argument)


@dataclass(frozen=True)
class Callee:
    """A function with a module of its own, as its callers see it. places: item of a number -> scalar of its argument,
    and which of an array."""

    interface: KernelInterface
    places: dict[str, tuple[Leaf, int]] = field(default_factory=dict)

    def shared(self) -> tuple[StreamItem | ArrayItem, ...]:
        """What it does not get or give by value."""
        return (*self.interface.streams, *self.interface.arrays)

"""What a native run noted of each call of the top function: `native_record/record.h` writes it, this reads it.

Elements are packed numbers (`hlsgen/pack.h`) in rows of bytes, the lowest byte first: arrays (elements, bytes) of
uint8.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..core.errors import InternalError, UserError
from .interface import Argument, Interface

Rows = NDArray[np.uint8]


@dataclass(slots=True)
class StreamTraffic:
    """One stream in one call: how many elements waited before it, what the call read and what it wrote."""

    waiting: int
    read: Rows
    written: Rows


@dataclass(slots=True)
class Call:
    """One call, by the names of arguments (of a stream in an array: `name_index`). `after` has the return value too."""

    before: dict[str, Rows] = field(default_factory=dict)
    after: dict[str, Rows] = field(default_factory=dict)
    streams: dict[str, StreamTraffic] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recording:
    """All calls in order. `polled`: streams whose fill the kernel asked for, so that cycles may decide what it does.

    `bits`: of a packed element of each argument, as C++ has it. `defined`: calls of the same form, whose `after` and
    `written` have the bits that C++ determines; () when all are.
    """

    calls: tuple[Call, ...]
    polled: frozenset[str]
    bits: dict[str, int]
    defined: tuple[Call, ...] = ()

    @property
    def elements(self) -> int:
        """All that goes in and out, over all calls."""
        return sum(len(rows) for call in self.calls for rows in (*call.before.values(), *_rows_of(call)))


def compare_runs(one: Recording, other: Recording) -> Recording:
    """`one`, with what it shares with `other` as the bits that are defined: two runs of a program that differ in what
    variables hold before they are set. Raises `UserError` when that decides about more than values."""
    defined = []
    for first, second in zip(one.calls, other.calls, strict=False):
        made = Call()
        for name, rows in first.after.items():
            made.after[name] = _same(rows, second.after[name], name)
        for name, traffic in first.streams.items():
            written = _same(traffic.written, second.streams[name].written, name)
            made.streams[name] = StreamTraffic(0, traffic.read, written)
        defined.append(made)
    if len(one.calls) != len(other.calls):
        raise _undecided("how often it is called")
    whole = all((rows == 0xFF).all() for made in defined for rows in _rows_of(made))
    return replace(one, defined=() if whole else tuple(defined))


def _rows_of(call: Call) -> list[Rows]:
    return [*call.after.values(), *(traffic.written for traffic in call.streams.values())]


def _same(one: Rows, other: Rows, name: str) -> Rows:
    if one.shape != other.shape:
        raise _undecided(f"how many elements it writes to {name!r}")
    return ~(one ^ other)


def _undecided(what: str) -> UserError:
    return UserError(
        f"the kernel reads a variable before it is set, and that decides {what}", do="initialise local variables"
    )


def stream_names(interface: Interface) -> dict[str, list[str]]:
    """The ports of each argument that is a stream, in the order of its elements."""
    return {
        argument.name: [argument.name] if argument.kind == "stream" else [leaf.name for leaf in argument.leaves]
        for argument in interface.parameters
        if argument.is_stream
    }


def read_recording(path: Path, interface: Interface) -> Recording:
    """Read the file of one run. Raises `UserError` when the bench never called the top function."""
    data = path.read_bytes() if path.exists() else b""
    if not data:
        raise UserError(
            f"the test bench did not call {interface.signature.top}", do="call the top function from the bench's main"
        )
    reader = _Reader(data)
    names = stream_names(interface)
    calls = []
    polled: set[str] = set()
    bits: dict[str, int] = {}
    while reader.at < len(data):
        call = Call()
        waiting: dict[str, int] = {}
        for argument in interface.parameters:
            if argument.has_streams:
                waiting |= {name: reader.number(8) for name in names[argument.name]}
            else:
                call.before[argument.name], bits[argument.name] = reader.rows()
        for argument in interface.parameters:
            if argument.kind in ("pointer", "array"):
                call.after[argument.name], _ = reader.rows()
            if argument.is_stream and not argument.has_streams:
                _pass_through(call, argument, names[argument.name])
                continue
            for name in names.get(argument.name, ()):
                (read, bits[argument.name]), (written, _) = reader.rows(), reader.rows()
                call.streams[name] = StreamTraffic(waiting[name], read, written)
                if reader.number(1):
                    polled.add(name)
        if interface.result is not None:
            call.after["ap_return"], bits["ap_return"] = reader.rows()
        calls.append(call)
    for argument in interface.arguments:
        if argument.bits and argument.bits != bits[argument.name]:
            raise InternalError(
                f"{argument.name} has {bits[argument.name]} bits in C++ and {argument.bits} in signature.json"
            )
    return Recording(tuple(calls), frozenset(polled), bits)


def _pass_through(call: Call, argument: Argument, names: list[str]) -> None:
    """An array that is a stream: its elements, from the first on, are what the call reads or writes."""
    before, after = call.before.pop(argument.name), call.after.pop(argument.name)
    for name in names:
        read, written = (before, after[:0]) if argument.direction == "in" else (before[:0], after)
        count = argument.elements
        call.streams[name] = StreamTraffic(len(read[:count]), read[:count], written[:count])


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def number(self, size: int) -> int:
        self.at += size
        if self.at > len(self.data):
            raise InternalError("the recording of the calls is cut", len(self.data))
        return int.from_bytes(self.data[self.at - size : self.at], "little")

    def rows(self) -> tuple[Rows, int]:
        count, bits = self.number(8), self.number(4)
        size = -(-bits // 8)
        self.at += count * size
        if self.at > len(self.data):
            raise InternalError("the recording of the calls does not fit the arguments", len(self.data))
        flat = np.frombuffer(self.data, np.uint8, count * size, self.at - count * size)
        return flat.reshape(count, size), bits

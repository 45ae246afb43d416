"""Requests to an AXI master, {words - 1: 32, byte address: 64}: operations for the address and the number of words."""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import Editor, Kind, Memory, Op
from hlsgen.hls.cdfg.nests import Nests, Trips, centred

from ..emit import Emitter
from .accesses import Group
from .bursts import words_of

ADDRESS_BITS = 64
COUNT_BITS = 32
REQUEST_BITS = COUNT_BITS + ADDRESS_BITS


class FirstIteration(Emitter):
    """New operations, without a name, in front of the loops of a group: on the values of their first iteration."""

    def __init__(self, edit: Editor, nests: Nests, group: Group, like: Op) -> None:
        super().__init__(edit, [], like)
        self.home = nests.home
        loops = group.nest if group.loop is not None else ()
        self.blocks = loops[-1].blocks if loops else frozenset()
        self.copies: dict[int, int] = {}  # value -> the same, in the first iteration
        self.starts: dict[int, int] = {}  # phi -> what it starts from
        for loop in loops:
            for id in nests.function.blocks[loop.header].ops:
                op = nests.function.ops[id]
                first = nests.first(op, loop) if op.kind is Kind.PHI else None
                if first is not None:
                    self.starts[id] = first

    def op(self, kind: Kind, width: int, *args: int, **more: object) -> int:
        return super().op(kind, width, *args, **({"name": ""} | more))

    def value(self, id: int) -> int:
        """The value: made again where it is only made in the loops."""
        if self.home.get(id) not in self.blocks:
            return id
        if id not in self.copies:
            op = self.edit.ops[id]
            if id in self.starts:
                self.copies[id] = self.value(self.starts[id])
            else:
                args = tuple(self.value(arg) for arg in op.args)
                self.copies[id] = self.op(
                    op.kind, op.width, *args, value=op.value, predicate=op.predicate, signs=op.signs, name=op.name
                )
        return self.copies[id]


def request(e: FirstIteration, count: int, address: int) -> int:
    return e.op(Kind.CONCAT, REQUEST_BITS, count, address)


def address(e: FirstIteration, memory: Memory, base: int, op: Op) -> int:
    """The byte address of the element that a LOAD or STORE touches. base: the address of the argument."""
    total, constant = base, memory.offset_bytes
    for number, (id, stride) in enumerate(zip(op.args, memory.strides_bytes, strict=False)):
        index = e.value(id)
        made = e.edit.ops[index]
        if made.kind is Kind.CONST:
            constant += stride * (centred(made.value, made.width) if number == 0 else made.value)
            continue
        scaled = e.op(Kind.SEXT if number == 0 else Kind.ZEXT, ADDRESS_BITS, index)
        if stride != 1:
            scaled = e.op(Kind.MUL, ADDRESS_BITS, scaled, e.const(stride, ADDRESS_BITS))
        total = e.op(Kind.ADD, ADDRESS_BITS, total, scaled)
    if constant:
        total = e.op(Kind.ADD, ADDRESS_BITS, total, e.const(constant, ADDRESS_BITS))
    return total


def count(e: FirstIteration, nests: Nests, group: Group) -> int:
    """The words of a burst, less one."""
    each = words_of(nests, group.nest[:-1], len(group.members))
    assert group.loop is not None
    trips = nests.trips(group.loop)
    assert trips is not None
    if trips.count is not None:
        return e.const(each * trips.count - 1, COUNT_BITS)
    extra = e.fit(_more_trips(e, nests, trips), COUNT_BITS)  # iterations after the first
    if each == 1:
        return extra
    scaled = e.op(Kind.MUL, COUNT_BITS, extra, e.const(each, COUNT_BITS))
    return e.op(Kind.ADD, COUNT_BITS, scaled, e.const(each - 1, COUNT_BITS))


def _more_trips(e: FirstIteration, nests: Nests, trips: Trips) -> int:
    """How often the loop goes on: from the condition's first value to its bound."""
    width = nests.function.ops[trips.tested].width
    first, bound = e.value(trips.tested), e.value(trips.bound)
    low, high = (first, bound) if trips.step > 0 else (bound, first)
    distance = e.op(Kind.SUB, width, high, low)
    if trips.predicate == "ne":
        return distance
    inclusive = trips.predicate[1:] in ("le", "ge")
    shift = abs(trips.step).bit_length() - 1
    one = e.const(1, width)
    less = distance if inclusive else e.op(Kind.SUB, width, distance, one)
    if shift:
        less = e.op(Kind.LSHR, width, less, e.const(shift, width))
    times = e.op(Kind.ADD, width, less, one)
    goes_on = e.op(Kind.ICMP, 1, first, bound, predicate=trips.predicate)
    return e.op(Kind.SELECT, width, goes_on, times, e.const(0, width))

"""The order that a block has to keep beyond the flow of its values: recurrences, memories, streams.

A pipelined loop's block has its recurrences: values that go round through phis, and the order of accesses to one
memory or stream across iterations. Accesses of a memory are ordered only when they may touch the same word
(`cdfg/collisions.py`), and only where other orderings do not imply it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise

from hlsgen.hls.cdfg.affine import Forms, Range
from hlsgen.hls.cdfg.collisions import Collisions
from hlsgen.hls.cdfg.guards import Guards
from hlsgen.hls.cdfg.ir import (
    MEMORY_KINDS,
    STATUS_KINDS,
    STREAM_KINDS,
    Branch,
    Function,
    Kind,
    Loop,
    Memory,
    MemoryDependence,
    Op,
)
from hlsgen.hls.cdfg.tabulate import Tables
from hlsgen.hls.passes.known_ranges import known_ranges
from hlsgen.hls.schedule import Dependence

from .bus_order import bus_order

ANCHOR = -1  # an operation pinned to the start of an iteration
_GUARDS = 250  # of one memory in one block; of more, none is known to exclude another


class Orders:
    """The order in every block of one function."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.guards = Guards(function.ops)
        self._ranges: dict[int, Range] | None = None

    def of(self, label: str, loop: Loop | None, latency: Mapping[int, int]) -> list[Dependence]:
        """The dependences of block `label` that are not uses of values. loop: the pipelined loop that the block is,
        or None. latency: cycles of every operation of the block that has a cycle, by id.
        """
        ops = [self.function.ops[id] for id in self.function.blocks[label].ops if id in latency]
        found: list[Dependence] = []
        of_memory: dict[str, list[Op]] = {}
        of_stream: dict[str, list[Op]] = {}
        of_bus: dict[str, list[Op]] = {}
        for op in ops:
            if op.kind in MEMORY_KINDS:
                of_memory.setdefault(op.object, []).append(op)
            elif op.kind in STREAM_KINDS or op.kind in STATUS_KINDS:
                of_stream.setdefault(op.object, []).append(op)
                if memory := self.function.streams[op.object].memory:
                    of_bus.setdefault(memory, []).append(op)
        of_memory = {
            name: ops
            for name, ops in of_memory.items()
            if any(op.kind is Kind.STORE for op in ops) and not self.goes_along(name, loop)
        }
        trip_count = loop.trip_count if loop else None
        if of_memory:
            addresses = [op.args[0] for accesses in of_memory.values() for op in accesses]
            forms = Forms(self.function, label, addresses, self.ranges(), trip_count)
            tables = Tables(self.function, label, trip_count) if trip_count else None
            for name, accesses in of_memory.items():
                collisions = Collisions(accesses, forms, loop, tables)
                found += _Order(self.function.memories[name], accesses, collisions, self.guards, loop).dependences()
        for accesses in of_stream.values():
            found += _stream(accesses, loop is not None)
        if self.function.runs_free:
            found += _inputs_first([op for op in ops if op.kind in (Kind.READ, Kind.WRITE) and not self.is_bus(op)])
        if loop is not None and loop.rewind:
            found += _begins_with_a_word([op for op in ops if op.kind is Kind.READ and not self.is_bus(op)])
        for memory, accesses in of_bus.items():
            found += bus_order(accesses, memory, loop)
        if loop is not None:
            found += _recurrences(self.function, label, loop, latency)
        return found

    def goes_along(self, memory: str, loop: Loop | None) -> bool:
        """A number that comes in or goes out with its call."""
        return loop is not None and loop.of_calls and self.function.memories[memory].external

    def is_bus(self, op: Op) -> bool:
        return bool(self.function.streams[op.object].bus)

    def ranges(self) -> dict[int, Range]:
        """Intervals of all values."""
        if self._ranges is None:
            self._ranges = known_ranges(self.function)
        return self._ranges


def _recurrences(function: Function, label: str, loop: Loop, latency: Mapping[int, int]) -> Iterator[Dependence]:
    """What one iteration hands to the next, and the decision to start it."""
    block = function.blocks[label]
    phis = [function.ops[id] for id in block.ops if function.ops[id].kind is Kind.PHI]
    for op in phis:
        next_value = op.args[op.blocks.index(label)]
        if next_value in latency:  # what takes cycles reaches the phi's register a cycle after its last
            late = latency[next_value]
            yield Dependence(next_value, op.id, distance=1, gap=late + 1 if late else None)
            yield Dependence(op.id, next_value, gap=-late, data=False)
    if not isinstance(block.end, Branch):
        return  # it never ends
    condition = block.end.condition
    if condition in latency:
        known = latency[condition] + 1
        yield Dependence(condition, ANCHOR, distance=1, gap=known, data=False)
        for id in _sources(function, condition, latency):  # they are not earlier: said for the sake of messages
            yield Dependence(ANCHOR, id, data=False)
        if loop.rewind:  # the last iteration hands over the first values instead: the register waits for it
            for op in phis:
                yield Dependence(condition, op.id, distance=1, gap=known, data=False)


def _sources(function: Function, id: int, inside: Mapping[int, int]) -> list[int]:
    """Where the values come from that `id` is made of, in its iteration."""
    seen, work, found = {id}, [id], []
    while work:
        op = function.ops[work.pop()]
        before = [] if op.kind is Kind.PHI else [arg for arg in op.inputs() if arg in inside]
        if not before:
            found.append(op.id)
        work += [arg for arg in before if arg not in seen]
        seen.update(before)
    return found


def _stream(accesses: list[Op], pipelined: bool) -> Iterator[Dependence]:
    """Accesses to one stream happen in program order, at most one per cycle. What a question is answered holds until
    the next access."""
    for early, late in pairwise(accesses):
        yield Dependence(early.id, late.id, gap=int(early.kind in STREAM_KINDS), data=False)
    if pipelined:
        gap = int(accesses[-1].kind in STREAM_KINDS)
        yield Dependence(accesses[-1].id, accesses[0].id, distance=1, gap=gap, data=False)


def _begins_with_a_word(reads: list[Op]) -> Iterator[Dependence]:
    """The iteration after the last waits for its first word where it holds nothing up that is still to come out. A read
    that another one of its stream may come before is no first word."""
    first_of = {op.object: op for op in reversed(reads)}
    first = next((op for op in reads if op.guard is None and op is first_of[op.object]), None)
    if first is not None:
        yield Dependence(first.id, ANCHOR, gap=0, data=False)


def _inputs_first(accesses: list[Op]) -> Iterator[Dependence]:
    """A word is not written before those are there that are read ahead of it: a call that nobody started would show."""
    last: dict[str, Op] = {}  # of each stream, the read that the others come before
    for op in accesses:
        if op.kind is Kind.READ:
            last[op.object] = op
        else:
            for read in last.values():
                yield Dependence(read.id, op.id, data=False)


class _Order:
    """The order of the accesses to one memory in one block. Sets of accesses are masks, bit k for the k-th.

    A write is seen from the next cycle on; a read sees what was before a write of its own cycle, unless the memory is
    outside: there it comes a cycle earlier.
    """

    def __init__(
        self, memory: Memory, accesses: list[Op], collisions: Collisions, guards: Guards, loop: Loop | None
    ) -> None:
        self.accesses, self.collisions, self.loop = accesses, collisions, loop
        self.gap_of_load = int(memory.external and memory.depth_words > 1)
        self.stores = _mask(op.kind is Kind.STORE for op in accesses)
        self.loads = _mask(op.kind is Kind.LOAD for op in accesses)
        self.said = [d for d in (loop.dependences if loop else ()) if d.memory == memory.name]
        self.apart = self._exclusive(guards)
        self.before: list[int] = []  # of each access, those that come before it in its iteration
        self.far = 0  # those that only accesses of far later iterations come after
        self.covered: list[dict[int, int]] = []  # distance -> those that come before it so many iterations later
        self.found: list[Dependence] = []

    def dependences(self) -> list[Dependence]:
        direct = [self._within(late) for late in range(len(self.accesses))]
        if self.loop is not None:
            for late, nearest in enumerate(direct):
                self._across(late, nearest)
            for early, op in enumerate(self.accesses):
                if self.far >> early & 1:  # nothing starts before its iteration does
                    self.found.append(self._after(op, ANCHOR, self.collisions.far))
        return self.found

    def _within(self, late: int) -> list[int]:
        """Order `late` after earlier accesses of its iteration; gives those it needs an edge from."""
        op = self.accesses[late]
        reach = 0
        wanted = self.collisions.meeting(late) & ((1 << late) - 1) & self._rivals(op)
        wanted &= ~self.apart.get(op.guard, 0)
        for said in self.said:
            if said.intra and said.distance == 0:
                wanted &= ~self._spoken_of(said, op)
        direct = []
        while wanted:
            early = wanted.bit_length() - 1
            self._order(early, late, 0)
            direct.append(early)
            reach |= self.before[early] | 1 << early
            wanted &= ~reach
        self.before.append(reach)
        return direct

    def _across(self, late: int, direct: list[int]) -> None:
        """Order `late` after accesses of earlier iterations."""
        op = self.accesses[late]
        mine: dict[int, int] = {}
        for early in direct:
            for distance, mask in self.covered[early].items():
                mine[distance] = mine.get(distance, 0) | mask
        wanted: dict[int, int] = {}
        for distance, mask in self.collisions.arriving(late).items():
            self._claim(wanted, distance, mask & self._rivals(op) & ~(1 << late), op)
        for distance, mask in sorted(wanted.items()):
            implied = self.before[late]
            for nearer, others in mine.items():
                implied |= others if nearer <= distance else 0
            mask &= ~implied
            if distance >= self.collisions.far:
                self.far |= mask
                continue
            mine.setdefault(distance, 0)
            while mask:
                early = mask.bit_length() - 1
                self._order(early, late, distance)
                reach = self.before[early] | 1 << early
                mine[distance] |= reach
                mask &= ~reach
        self.covered.append(mine)

    def _claim(self, wanted: dict[int, int], distance: int, mask: int, op: Op) -> None:
        """Add what the user leaves of `mask` at `distance` to `wanted`."""
        claims = [said for said in self.said if not said.intra]
        for said in claims:
            part = mask & self._spoken_of(said, op)
            mask &= ~part
            if said.distance and part:
                farther = max(distance, said.distance)
                wanted[farther] = wanted.get(farther, 0) | part
        if mask:
            wanted[distance] = wanted.get(distance, 0) | mask

    def _spoken_of(self, said: MemoryDependence, late: Op) -> int:
        """The earlier accesses whose order before `late` the user speaks of."""
        match said.direction, late.kind:
            case "", _:
                return self.stores | self.loads
            case ("RAW", Kind.LOAD) | ("WAW", Kind.STORE):
                return self.stores
            case "WAR", Kind.STORE:
                return self.loads
        return 0

    def _rivals(self, op: Op) -> int:
        return self.stores if op.kind is Kind.LOAD else self.stores | self.loads

    def _order(self, early: int, late: int, distance: int) -> None:
        self.found.append(self._after(self.accesses[early], self.accesses[late].id, distance))

    def _after(self, early: Op, late: int, distance: int) -> Dependence:
        gap = self.gap_of_load if early.kind is Kind.LOAD else 1
        return Dependence(early.id, late, distance=distance, gap=gap, data=False)

    def _exclusive(self, guards: Guards) -> dict[int | None, int]:
        """Guard -> the accesses whose guards exclude it."""
        members: dict[int, int] = {}
        first: dict[int, Op] = {}
        for k, op in enumerate(self.accesses):
            if op.guard is not None:
                members[op.guard] = members.get(op.guard, 0) | 1 << k
                first[op.guard] = op
        found: dict[int | None, int] = {}
        if len(members) > _GUARDS:
            return found
        for mine, other in combinations(members, 2):
            if guards.exclusive(first[mine], first[other]):
                found[mine] = found.get(mine, 0) | members[other]
                found[other] = found.get(other, 0) | members[mine]
        return found


def _mask(bits: Iterable[bool]) -> int:
    return sum(1 << k for k, bit in enumerate(bits) if bit)

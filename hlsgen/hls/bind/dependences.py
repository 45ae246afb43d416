"""The order that a block has to keep beyond the flow of its values: recurrences, memories, streams.

A pipelined loop's block has its recurrences: values that go round through phis, and the order of accesses to one
memory or stream across iterations. Accesses whose addresses differ by a constant do not order each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hlsgen.hls.cdfg.guards import exclusive
from hlsgen.hls.cdfg.ir import MEMORY_KINDS, STATUS_KINDS, STREAM_KINDS, Branch, Function, Kind, Loop, Op
from hlsgen.hls.schedule import Dependence

ANCHOR = -1  # an operation pinned to the start of an iteration


def order_of(function: Function, label: str, loop: Loop | None, latency: Mapping[int, int]) -> list[Dependence]:
    """The dependences of block `label` that are not uses of values. loop: the pipelined loop that the block is, or
    None. latency: cycles of every operation of the block that has a cycle, by id.
    """
    order = _Order(function, label, loop, latency)
    order.memories()
    order.streams()
    if loop is not None:
        order.recurrences()
    return order.found


class _Order:
    def __init__(self, function: Function, label: str, loop: Loop | None, latency: Mapping[int, int]) -> None:
        self.function, self.label, self.loop, self.latency = function, label, loop, latency
        self.ops = [function.ops[id] for id in function.blocks[label].ops if id in latency]
        self.found: list[Dependence] = []

    def recurrences(self) -> None:
        """What one iteration hands to the next, and the decision to start it."""
        assert self.loop is not None
        block = self.function.blocks[self.label]
        phis = [op for op in self.ops if op.kind is Kind.PHI]
        for op in phis:
            next_value = op.args[op.blocks.index(self.label)]
            if next_value in self.latency:  # what takes cycles reaches the phi's register a cycle after its last
                late = self.latency[next_value]
                self.found.append(Dependence(next_value, op.id, distance=1, gap=late + 1 if late else None))
                self.found.append(Dependence(op.id, next_value, gap=-late, data=False))
        if not isinstance(block.end, Branch):
            return  # it never ends
        condition = block.end.condition
        if condition in self.latency:
            self.found.append(Dependence(condition, ANCHOR, distance=1, gap=1, data=False))
            if self.loop.rewind:  # the last iteration hands over the first values instead: the register waits for it
                for op in phis:
                    self.found.append(Dependence(condition, op.id, distance=1, gap=1, data=False))

    def memories(self) -> None:
        for name in {op.object for op in self.ops if op.kind in MEMORY_KINDS}:
            memory = self.function.memories[name]
            accesses = [op for op in self.ops if op.kind in MEMORY_KINDS and op.object == name]
            if memory.rom:
                continue
            distance = self.distance(name)
            for early, late in _pairs(accesses):
                if early.kind is Kind.LOAD and late.kind is Kind.LOAD:
                    continue
                if self.may_alias(early, late) and not exclusive(self.function, early, late):
                    self.order(early, late, 0)
                if distance:
                    self.order(late, early, distance)
            if distance:
                for op in accesses:
                    if op.kind is Kind.STORE:
                        self.order(op, op, distance)

    def order(self, early: Op, late: Op, distance: int) -> None:
        """A write is seen from the next cycle on; a read sees what was before a write of its own cycle."""
        if early.kind is Kind.LOAD and late.kind is Kind.LOAD:
            return
        gap = 0 if early.kind is Kind.LOAD else 1
        if early.id != late.id or gap:
            self.found.append(Dependence(early.id, late.id, distance=distance, gap=gap, data=False))

    def distance(self, memory: str) -> int:
        """Iterations after which accesses to `memory` may collide: 0 for never, or not in a loop."""
        if self.loop is None:
            return 0
        said = [d.distance for d in self.loop.dependences if d.memory == memory]
        return min(said) if said else 1

    def may_alias(self, a: Op, b: Op) -> bool:
        x, y = self.function.ops[a.args[0]], self.function.ops[b.args[0]]
        return not (x.kind is Kind.CONST and y.kind is Kind.CONST and x.value != y.value)

    def streams(self) -> None:
        """Accesses to one stream happen in program order, at most one per cycle; whether one is possible is asked
        after the earlier accesses and not after the later ones."""
        for name in {op.object for op in self.ops if op.kind in STREAM_KINDS | STATUS_KINDS}:
            uses = [op for op in self.ops if op.kind in STREAM_KINDS | STATUS_KINDS and op.object == name]
            last: Op | None = None
            asked: list[Op] = []
            for op in uses:
                if last is not None:
                    self.found.append(Dependence(last.id, op.id, gap=1, data=False))
                if op.kind in STATUS_KINDS:
                    asked.append(op)
                    continue
                self.found += [Dependence(status.id, op.id, gap=0, data=False) for status in asked]
                last, asked = op, []
            if self.loop is None or last is None:
                continue
            for op in uses:
                self.found.append(Dependence(last.id, op.id, distance=1, gap=1, data=False))
                if op.kind in STREAM_KINDS:
                    break


def _pairs(ops: list[Op]) -> Iterator[tuple[Op, Op]]:
    for k, early in enumerate(ops):
        for late in ops[k + 1 :]:
            yield early, late

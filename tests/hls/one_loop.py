"""A CDFG function of one loop, written operation by operation."""

from __future__ import annotations

from dataclasses import replace

from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.ir import Block, Branch, Function, Jump, Kind, Loop, Memory, Op, Return, Stream


class OneLoop:
    """`counter` takes `count` values from `start` on; `op` adds to the body, `const` gives a number of its width."""

    def __init__(self, width: int, count: int, start: int = 0, step: int = 1) -> None:
        self.width, self.count, self.step = width, count, step
        self.ops: dict[int, Op] = {}
        self.order: dict[str, list[int]] = {"entry": [], "loop": [], "exit": []}
        self.first, self.bound = self.const(start), self.const(start + step * count)
        self.counter = self.op(Kind.PHI, width, self.first, self.first, blocks=("entry", "loop"))

    def op(self, kind: Kind, width: int, *args: int, block: str = "loop", **more: object) -> int:
        id = len(self.ops) + 1
        self.ops[id] = Op(id, kind, width, args, **more)  # type: ignore[arg-type]
        self.order[block].append(id)
        return id

    def const(self, value: int) -> int:
        return self.op(Kind.CONST, self.width, block="entry", value=value & ((1 << self.width) - 1))

    def linear(self, factor: int, offset: int) -> int:
        """factor * counter + offset."""
        product = self.op(Kind.MUL, self.width, self.counter, self.const(factor))
        return self.op(Kind.ADD, self.width, product, self.const(offset))

    def finish(self, memory: Memory, *streams: Stream) -> Function:
        following = self.op(Kind.ADD, self.width, self.counter, self.const(self.step))
        self.ops[self.counter] = replace(self.ops[self.counter], args=(self.first, following))
        again = self.op(Kind.ICMP, 1, following, self.bound, predicate="ne")
        ends = {"entry": Jump("loop"), "loop": Branch(again, "loop", "exit"), "exit": Return()}
        blocks = {name: Block(name, tuple(ids), ends[name]) for name, ids in self.order.items()}
        loops = {"loop": Loop("loop", frozenset(["loop"]), ii=1, trip_count=self.count)}
        named = {stream.name: stream for stream in streams}
        return check(Function("f", self.ops, blocks, loops, {memory.name: memory}, named))

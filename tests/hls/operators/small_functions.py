"""Functions of a few operations: a reads loop over the streams `x` and `y` that writes results to `out`."""

from __future__ import annotations

from collections.abc import Callable

from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.ir import Block, Branch, Function, Jump, Kind, Loop, Op, Return, Stream
from hlsgen.hls.schedule.delay import DelayTable

XC7 = DelayTable.load("xc7")
XCUP = DelayTable.load("xcup")
Make = Callable[..., int]


def target(clock_ns: float, delays: DelayTable = XC7) -> Target:
    return Target(clock_ns, delays)


class Writer:
    """Operations in order, in blocks."""

    def __init__(self) -> None:
        self.ops: dict[int, Op] = {}
        self.blocks: dict[str, list[int]] = {}
        self.label = ""

    def block(self, label: str) -> None:
        self.blocks[label] = []
        self.label = label

    def op(self, kind: Kind, width: int, *args: int, **more: object) -> int:
        id = len(self.ops) + 1
        self.ops[id] = Op(id, kind, width, args, **more)  # type: ignore[arg-type]
        self.blocks[self.label].append(id)
        return id

    def const(self, value: int, width: int) -> int:
        return self.op(Kind.CONST, width, value=value & ((1 << width) - 1))


def looped(
    x_bits: int,
    y_bits: int,
    fill: Callable[[Writer, int, int], list[int]],
    *,
    ii: int | None,
    times: int,
    name: str = "f",
) -> Function:
    """`times` iterations: reads x and y, writes the values that `fill` makes of them, one after the other.

    ii: None for a loop that is not pipelined."""
    w = Writer()
    w.block("entry")
    bits = max(1, times.bit_length())
    zero, one, count = w.const(0, bits), w.const(1, bits), w.const(times, bits)
    w.block("loop")
    phi = w.op(Kind.PHI, bits, zero, zero, blocks=("entry", "loop"))
    x = w.op(Kind.READ, x_bits, object="x")
    y = w.op(Kind.READ, y_bits, object="y")
    results = fill(w, x, y)
    out_bits = max(w.ops[id].width for id in results)
    for id in results:
        wide = id if w.ops[id].width == out_bits else w.op(Kind.ZEXT, out_bits, id)
        w.op(Kind.WRITE, 0, wide, object="out")
    following = w.op(Kind.ADD, bits, phi, one)
    w.ops[phi] = Op(phi, Kind.PHI, bits, (zero, following), blocks=("entry", "loop"))
    again = w.op(Kind.ICMP, 1, following, count, predicate="ult")
    w.block("exit")
    ends = {"entry": Jump("loop"), "loop": Branch(again, "loop", "exit"), "exit": Return()}
    return check(
        Function(
            name,
            w.ops,
            {label: Block(label, tuple(ids), ends[label]) for label, ids in w.blocks.items()},
            loops={"loop": Loop("loop", frozenset(["loop"]), ii=ii, trip_count=times)},
            streams={
                "x": Stream("x", x_bits, "in"),
                "y": Stream("y", y_bits, "in"),
                "out": Stream("out", out_bits, "out"),
            },
        )
    )

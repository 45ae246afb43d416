"""Intervals of counters: they hold however the counter is extended."""

from __future__ import annotations

import pytest

from hlsgen.hls.cdfg.index_ranges import IndexRanges
from hlsgen.hls.cdfg.ir import Kind, Op
from hlsgen.hls.llvm import ir


def counter(bits: int, trips: int) -> IndexRanges:
    """A phi i (1) of `bits` that counts from 0, extended with its sign (2) and without (3)."""
    type = ir.IntType(bits)
    phi = ir.Instruction("phi", "i", type, (ir.Const(type, 0), ir.Local("n", type)), labels=("entry", "loop"))
    step = ir.Instruction("add", "n", type, (ir.Local("i", type), ir.Const(type, 1)))
    function = ir.Function("f", "f", (), ir.VoidType(), (ir.Block("loop", (phi, step)),))
    loop = ir.Loop("f", "loop", "loop", frozenset(["loop"]), ("loop",), None, trip_count=trips)
    ops = {
        1: Op(1, Kind.PHI, bits, name="i"),
        2: Op(2, Kind.SEXT, 64, (1,)),
        3: Op(3, Kind.ZEXT, 64, (1,)),
    }
    return IndexRanges(ops, function, {"loop": loop})


@pytest.mark.parametrize("trips", [5, 100, 127, 128, 200])
def test_every_value_of_a_counter_lies_within(trips):
    ranges = counter(8, trips)
    for id, values in ((2, [(i + 128) % 256 - 128 for i in range(trips)]), (3, range(trips))):
        low, high = ranges.of(id)
        assert low <= min(values) and max(values) <= high
    assert trips > 128 or ranges.of(3) == (0, trips - 1)

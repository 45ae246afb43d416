"""A compare of a sum with a constant: moved to the term, for every constant and every value of the term."""

from __future__ import annotations

import pytest
from small_functions import XCUP, Writer, looped, target

from hlsgen.hls.bind.schedule_function import schedule_function
from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.ir import Kind
from hlsgen.hls.passes.compare_early import compare_early
from hlsgen.hls.passes.pipeline import run_passes


@pytest.mark.parametrize("extension", [Kind.ZEXT, Kind.SEXT])
@pytest.mark.parametrize("predicate", ["ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge"])
def test_every_constant_and_term(predicate, extension):
    """Terms of three bits in five: some sums wrap around, some do not."""

    def fill(w: Writer, x: int, y: int) -> list[int]:
        term = w.op(extension, 5, x)
        made = []
        for c in range(32):
            total = w.op(Kind.ADD, 5, *((term, w.const(c, 5)) if c % 2 else (w.const(c, 5), term)))
            made += [w.op(Kind.ICMP, 1, total, w.const(n, 5), predicate=predicate) for n in range(32)]
        return made

    before = looped(3, 1, fill, ii=1, times=8)
    after = check(compare_early(before))
    inputs = {"x": list(range(8)), "y": [0] * 8}
    assert interpret(after, inputs) == interpret(before, inputs)
    kinds = {op.id: op.kind for op in after.ops.values()}
    moved = sum(op.kind is Kind.ICMP and kinds[op.args[0]] is extension for op in after.ops.values())
    readable = predicate.startswith("s") or extension is Kind.ZEXT  # the range is one of numbers of this sign
    assert (100 < moved < 1024) if readable else moved == 0


@pytest.mark.parametrize("times", [100, 1000, 100_000])
def test_a_counter_does_not_hold_its_loop_up(times):
    function = looped(8, 8, lambda w, x, y: [w.op(Kind.ADD, 8, x, y)], ii=1, times=times)
    aim = target(2.64, XCUP)
    assert schedule_function(run_passes(function, aim), aim).blocks["loop"].ii == 1

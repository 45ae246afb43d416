"""Products that share a multiplier: how many are left, and that none is asked for two in one cycle."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_functions import random_loop, random_nest
from small_functions import XC7, XCUP, Writer, looped, target

from hlsgen.hls.bind.schedule_function import schedule_function
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.cdfg.ir import Function, Kind
from hlsgen.hls.passes.pipeline import run_passes


def products(count: int, ii: int | None) -> Function:
    """Products of words that are written one after the other."""

    def fill(w: Writer, x: int, y: int) -> list[int]:
        made = []
        for number in range(count):
            factor = w.op(Kind.XOR, 16, y, w.const(number * 77, 16))
            made.append(w.op(Kind.MUL, 32, x, factor, signs=(True, number % 2 == 0)))
        return made

    return looped(16, 16, fill, ii=ii, times=8)


def multipliers(scheduled: ScheduledFunction) -> int:
    every = sum(op.kind is Kind.MUL for op in scheduled.function.ops.values())
    return every - sum(len(unit.users) - 1 for unit in scheduled.shared)


@pytest.mark.parametrize("ii", [4, None])
def test_idle_cycles_are_used(ii):
    """Four writes take four cycles: a product in each."""
    for aim in (target(8.8), target(4.4), target(2.64, XCUP)):
        scheduled = schedule_function(run_passes(products(4, ii), aim), aim)
        assert scheduled.blocks["loop"].ii == (ii or 1)
        assert multipliers(scheduled) == 1
        assert scheduled.blocks["loop"].schedule.overshoots() == []


def test_nothing_is_shared_where_no_cycle_is_left():
    def fill(w: Writer, x: int, y: int) -> list[int]:
        parts = [w.op(Kind.MUL, 24, x, w.op(Kind.XOR, 12, y, w.const(k, 12))) for k in range(3)]
        return [w.op(Kind.XOR, 24, w.op(Kind.XOR, 24, *parts[:2]), parts[2])]

    aim = target(8.8)
    scheduled = schedule_function(run_passes(looped(12, 12, fill, ii=1, times=8), aim), aim)
    assert scheduled.blocks["loop"].ii == 1
    assert (scheduled.shared, multipliers(scheduled)) == ((), 3)


@pytest.mark.parametrize("make", [random_loop, random_nest], ids=lambda f: f.__name__)
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 1 << 30),
    clock_ns=st.sampled_from([1.8, 3.0, 6.0, 20.0]),
    ii=st.integers(1, 4),
    xc7=st.booleans(),
)
def test_users_take_turns(make, seed, clock_ns, ii, xc7):
    aim = target(clock_ns, XC7 if xc7 else XCUP)
    scheduled = schedule_function(run_passes(make(seed, ii=ii).function, aim), aim)
    home = scheduled.function.home()
    for unit in scheduled.shared:
        turns = set()
        for id in unit.users:
            block = scheduled.blocks[home[id]]
            stage = block.stage[id]
            assert block.available[id] - stage == unit.latency
            assert block.loop is None or block.ii > 1
            turns.add((home[id], stage % block.ii if block.loop else stage))
        assert len(turns) == len(unit.users)
    used = [id for unit in scheduled.shared for id in unit.users]
    assert len(used) == len(set(used))

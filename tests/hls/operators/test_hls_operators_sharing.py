"""Products that share a multiplier: how many are left, and that none is asked for two in one cycle."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_functions import random_loop, random_nest
from small_functions import XC7, XCUP, Writer, looped, target

from hlsgen.hls.bind.limbs import place, signed_tiles
from hlsgen.hls.bind.schedule_function import schedule_function
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.bind.sharing import count_dsp_blocks
from hlsgen.hls.cdfg.ir import Function, Kind
from hlsgen.hls.forwarding import schedule_forwarded
from hlsgen.hls.passes.pipeline import run_passes
from hlsgen.hls.pipelining import schedule_pipelined


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


def sums(count: int, bits: int) -> Function:
    """The sum of so many products, written after each."""

    def fill(w: Writer, x: int, y: int) -> list[int]:
        total, made = w.const(0, 2 * bits), []
        for number in range(count):
            factor = w.op(Kind.XOR, bits, y, w.const(number * 77, bits))
            total = w.op(Kind.ADD, 2 * bits, total, w.op(Kind.MUL, 2 * bits, x, factor, signs=(True, True)))
            made.append(total)
        return made

    return looped(bits, bits, fill, ii=count, times=8)


@pytest.mark.parametrize(
    ("bits", "blocks", "aim"),
    [
        (16, 1, target(8.8)),
        (16, 1, target(2.64, XCUP)),
        (32, 4, target(6.6)),
        (32, 4, target(4.4)),
        (32, 4, target(2.9, XCUP)),
    ],
    ids=lambda value: str(getattr(value, "clock_ns", value)),
)
def test_products_leave_their_sums_and_stay_whole_to_take_turns(bits, blocks, aim):
    """Eight sums, written one after the other. Alone each product is part of a DSP block with its sum, or is cut."""
    function = sums(8, bits)
    alone = schedule_forwarded(run_passes(function, aim), aim)
    scheduled = schedule_pipelined(function, aim)
    assert scheduled.blocks["loop"].ii == alone.blocks["loop"].ii == 8
    assert scheduled.blocks["loop"].depth <= alone.blocks["loop"].depth + 4
    assert count_dsp_blocks(scheduled, aim) == blocks < count_dsp_blocks(alone, aim)
    (unit,) = scheduled.shared
    assert (len(unit.users), len(unit.tiles)) == (8, blocks)


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
            assert block.loop is None or block.ii > 1 or (len(unit.users) == 1 < len(unit.tiles))
            turns.add((home[id], stage % block.ii if block.loop else stage))
        assert len(turns) == len(unit.users)
    used = [id for unit in scheduled.shared for id in unit.users]
    assert len(used) == len(set(used))


@given(st.data(), st.integers(1, 64), st.integers(1, 64), st.sampled_from([XC7, XCUP]))
def test_partial_products_make_the_product(data, first, second, delays):
    """Of signed numbers, as far as the result goes; each fits a DSP block."""
    result_bits = data.draw(st.integers(max(first, second), first + second))
    tiles = signed_tiles((first, second), result_bits, delays)
    values = [data.draw(st.integers(-(1 << bits - 1), (1 << bits - 1) - 1)) for bits in (first, second)]
    total = 0
    for tile in tiles:
        parts = [value >> limb.lsb for value, limb in zip(values, tile, strict=True)]
        parts = [part if limb.signed else part & (1 << limb.width) - 1 for part, limb in zip(parts, tile, strict=True)]
        assert delays.one_dsp(*(limb.width + (not limb.signed) for limb in tile))
        total += parts[0] * parts[1] << place(tile)
    assert (total - values[0] * values[1]) % (1 << result_bits) == 0

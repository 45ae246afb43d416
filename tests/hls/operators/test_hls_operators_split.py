"""Products, adders, compares and shifts in parts: the same numbers, and parts that fit the clock."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_functions import random_loop, random_nest
from small_functions import XC7, XCUP, Writer, looped, target

from hlsgen.hls.bind.limbs import limbs
from hlsgen.hls.bind.operator_timing import OperatorTimes, one_dsp
from hlsgen.hls.bind.schedule_function import schedule_function
from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.ir import Block, Branch, Function, Jump, Kind, Loop, Return, Stream
from hlsgen.hls.passes.pipeline import run_passes
from hlsgen.hls.passes.simplify import simplify
from hlsgen.hls.passes.split_multiply import digits, split_multiply
from hlsgen.hls.passes.split_wide import split_wide

PREDICATES = ("eq", "ne", "ult", "ule", "ugt", "uge", "slt", "sle", "sgt", "sge")


def words(width: int, count: int, seed: int) -> list[int]:
    source = random.Random(seed)
    top = 1 << width - 1
    runs = [(1 << source.randint(0, width)) - 1 for _ in range(count // 3)]
    runs += [2 * top - 1 - run for run in runs]
    return [
        *runs,
        0,
        1,
        top,
        top - 1,
        2 * top - 1,
        2 * top - 2,
        0x5555 % (2 * top),
        *(source.getrandbits(width) for _ in range(count // 3)),
    ][-count:]


def run(function: Function, xs: list[int], ys: list[int]) -> list[int]:
    return interpret(function, {"x": xs, "y": ys})["out"]


def number(value: int, width: int, sign: bool) -> int:
    return value - (1 << width) if sign and value >> width - 1 else value


def products(a: int, b: int, signs: tuple[bool, bool], width: int, count: int = 60) -> Function:
    def fill(w: Writer, x: int, y: int) -> list[int]:
        return [w.op(Kind.MUL, width, x, y, signs=signs)]

    return simplify(looped(a, b, fill, ii=1, times=count))


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 70), st.integers(1, 70), st.tuples(st.booleans(), st.booleans()),
    st.sampled_from([1.0, 2.6, 4.4]), st.sampled_from([XC7, XCUP]), st.data(),
)  # fmt: skip
def test_products_in_parts(a, b, signs, clock_ns, delays, data):
    width = data.draw(st.sampled_from([a + b, max(a, b)]) | st.integers(1, a + b + 3))
    before = products(a, b, signs, width)
    after = simplify(check(split_multiply(before, target(clock_ns, delays))))
    xs, ys = words(a, 60, a), words(b, 60, b + 100)
    random.Random(width).shuffle(ys)
    expected = [number(x, a, signs[0]) * number(y, b, signs[1]) % (1 << width) for x, y in zip(xs, ys, strict=True)]
    assert run(after, xs, ys) == expected


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 64), st.integers(0, (1 << 70) - 1), st.integers(1, 70), st.booleans(), st.booleans())
def test_products_by_constants_in_parts(a, constant, width, sign, constant_sign):
    bits = max(1, constant.bit_length())

    def fill(w: Writer, x: int, y: int) -> list[int]:
        return [w.op(Kind.MUL, width, x, w.const(constant, bits), signs=(sign, constant_sign))]

    after = simplify(check(split_multiply(simplify(looped(a, 1, fill, ii=1, times=30)), target(2.6))))
    xs = words(a, 30, a)
    value = number(constant, bits, constant_sign)
    assert run(after, xs, [0] * 30) == [number(x, a, sign) * value % (1 << width) for x in xs]


@given(st.integers(-(1 << 70), 1 << 70))
def test_digits_are_the_number_and_never_neighbours(value):
    found = digits(value)
    assert sum(sign << place if sign > 0 else -(1 << place) for place, sign in found) == value
    assert all(low + 1 < high for (low, _), (high, _) in pairwise(found))


@pytest.mark.parametrize(
    ("value", "kinds"),
    [(10, [Kind.ADD]), (7, [Kind.SUB]), (96, [Kind.SUB]), (11, [Kind.MUL]), (65535, [Kind.SUB]), (43690, [Kind.MUL])],
)
def test_a_constant_of_two_digits_is_an_addition(value, kinds):
    def fill(w: Writer, x: int, y: int) -> list[int]:
        return [w.op(Kind.MUL, 40, x, w.const(value, 17))]

    after = simplify(split_multiply(simplify(looped(12, 1, fill, ii=1, times=30)), target(4.4)))
    found = [op.kind for op in after.ops.values() if op.kind in (Kind.ADD, Kind.SUB, Kind.MUL) and op.width > 5]
    assert found == kinds


def test_limbs_cover_a_factor():
    assert [(limb.lsb, limb.width, limb.signed) for limb in limbs(32, True, 17)] == [(0, 17, False), (17, 15, True)]
    assert [(limb.lsb, limb.width, limb.signed) for limb in limbs(18, True, 17)] == [(0, 18, True)]
    assert [limb.width for limb in limbs(18, False, 17)] == [17, 1]


@pytest.mark.parametrize(
    ("a", "b", "width", "sign", "blocks"),
    [
        (32, 32, 32, True, (3, 3)), (32, 32, 64, True, (4, 4)), (32, 32, 64, False, (4, 4)), (33, 47, 80, True, (4, 4)),
        (64, 64, 64, False, (8, 7)), (64, 64, 128, True, (12, 12)), (18, 25, 43, True, (1, 1)),
        (18, 18, 36, False, (1, 1)), (27, 18, 45, True, (2, 1)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("family", [0, 1], ids=["xc7", "xcup"])
def test_blocks_of_a_product(a, b, width, sign, blocks, family):
    aim = target(2.6, (XC7, XCUP)[family])
    after = simplify(split_multiply(products(a, b, (sign, sign), width), aim))
    found = [op for op in after.ops.values() if op.kind is Kind.MUL]
    assert sum(one_dsp(after, op, aim) for op in found) == blocks[family]
    assert all(op.width < 9 for op in found if not one_dsp(after, op, aim))
    xs, ys = words(a, 60, 1), words(b, 60, 2)
    assert run(after, xs, ys) == [
        number(x, a, sign) * number(y, b, sign) % (1 << width) for x, y in zip(xs, ys, strict=True)
    ]


def test_a_product_that_fits_the_clock_stays_whole():
    after = split_multiply(products(32, 32, (True, True), 64), target(8.8))
    assert sum(op.kind is Kind.MUL for op in after.ops.values()) == 1


def wide(width: int, amount_bits: int, count: int) -> Function:
    def fill(w: Writer, x: int, y: int) -> list[int]:
        made = [w.op(kind, width, x, y) for kind in (Kind.ADD, Kind.SUB)]
        made += [w.op(Kind.ICMP, 1, x, y, predicate=predicate) for predicate in PREDICATES]
        amount = w.op(Kind.SLICE, min(width, amount_bits), y)
        return made + [w.op(kind, width, x, amount) for kind in (Kind.SHL, Kind.LSHR, Kind.ASHR)]

    return looped(width, width, fill, ii=1, times=count)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 700), st.integers(1, 12), st.sampled_from([0.9, 1.2, 1.6, 2.6]), st.integers(0, 1000))
def test_wide_operations_in_parts(width, amount_bits, clock_ns, seed):
    before = wide(width, amount_bits, 24)
    after = simplify(check(split_wide(before, target(clock_ns, XCUP))))
    xs = words(width, 24, seed)
    ys = [x ^ d for x, d in zip(xs, words(width, 24, seed + 1), strict=True)]
    ys[:3] = xs[:3]
    ys[3:8] = [random.Random(seed).randrange(2 * width) % (1 << width) for _ in range(5)]
    assert run(after, xs, ys) == run(before, xs, ys)


@pytest.mark.parametrize("width", [65, 128, 256, 1000])
def test_wide_parts_fit_the_clock(width):
    aim = target(2.64, XCUP)
    after = simplify(split_wide(wide(width, 10, 4), aim))
    times = OperatorTimes(after, aim)
    delays_ns = [times.delay_ns(op) for op in after.ops.values() if op.width and op.kind is not Kind.READ]
    assert max(delays_ns) <= 2.64 - 0.303


@pytest.mark.parametrize("make", [random_loop, random_nest], ids=lambda f: f.__name__)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 1 << 30), clock_ns=st.sampled_from([1.5, 2.64, 4.4, 8.8]), xc7=st.booleans())
def test_operator_passes_keep_meaning(make, seed, clock_ns, xc7):
    example = make(seed)
    inputs = example.inputs(seed)
    after = run_passes(example.function, target(clock_ns, XC7 if xc7 else XCUP))
    assert interpret(after, inputs) == interpret(example.function, inputs)


@pytest.mark.parametrize(("clock_ns", "delays"), [(2.64, XCUP), (4.4, XC7)], ids=["xcup_3ns", "xc7_5ns"])
@pytest.mark.parametrize("width", [8, 16, 24, 32, 48, 64])
def test_nothing_is_too_slow_for_a_sane_clock(width, clock_ns, delays):
    def fill(w: Writer, x: int, y: int) -> list[int]:
        made = [w.op(kind, width, x, y) for kind in (Kind.ADD, Kind.SUB, Kind.UDIV, Kind.SREM)]
        made += [w.op(Kind.ICMP, 1, x, y, predicate=predicate) for predicate in ("eq", "slt")]
        made += [w.op(kind, width, x, w.op(Kind.SLICE, 6, y)) for kind in (Kind.SHL, Kind.LSHR, Kind.ASHR)]
        made += [w.op(Kind.MUL, 2 * width, x, y, signs=(sign, sign)) for sign in (False, True)]
        made += [w.op(Kind.MUL, 4, w.op(Kind.SLICE, 4, x), w.op(Kind.SLICE, 4, y)), w.op(Kind.MUL, width, x, y)]
        made.append(w.op(Kind.MUL, width, x, w.const(1000003, width)))
        return [*made, w.op(Kind.SDIV, width, x, w.const(10, width))]

    aim = target(clock_ns, delays)
    for ii in (1, None):
        function = run_passes(looped(width, width, fill, ii=ii, times=10), aim)
        scheduled = schedule_function(function, aim)
        assert [over for block in scheduled.blocks.values() for over in block.schedule.overshoots()] == []


@pytest.mark.parametrize("kind", [Kind.ADD, Kind.SUB])
@pytest.mark.parametrize("width", [64, 200, 700])
def test_a_wide_accumulator_takes_a_term_every_cycle(width, kind):
    w = Writer()
    w.block("entry")
    zero, first, step = w.const(0, 4), w.const(12345, width), w.const(1, 4)
    w.block("loop")
    count = w.op(Kind.PHI, 4, zero, zero, blocks=("entry", "loop"))
    total = w.op(Kind.PHI, width, first, first, blocks=("entry", "loop"))
    following = w.op(kind, width, total, w.op(Kind.READ, width, object="x"))
    next_count = w.op(Kind.ADD, 4, count, step)
    for phi, start, value in ((count, zero, next_count), (total, first, following)):
        w.ops[phi] = replace(w.ops[phi], args=(start, value))
    again = w.op(Kind.ICMP, 1, next_count, zero, predicate="ne")
    w.block("exit")
    w.op(Kind.WRITE, 0, following, object="out")
    ends = {"entry": Jump("loop"), "loop": Branch(again, "loop", "exit"), "exit": Return()}
    blocks = {label: Block(label, tuple(ids), ends[label]) for label, ids in w.blocks.items()}
    streams = {"x": Stream("x", width, "in"), "out": Stream("out", width, "out")}
    loops = {"loop": Loop("loop", frozenset(["loop"]), ii=1, trip_count=16)}
    before = Function("f", w.ops, blocks, loops=loops, streams=streams)
    aim = target(2.64, XCUP)
    after = run_passes(before, aim)
    xs = words(width, 16, width)
    assert interpret(after, {"x": xs}) == interpret(before, {"x": xs})
    scheduled = schedule_function(after, aim)
    assert scheduled.blocks["loop"].ii == 1
    assert scheduled.blocks["loop"].schedule.overshoots() == []

"""Division and remainder without dividers: exact for every width, in and out of pipelined loops, by any constant."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_functions import Writer, looped, target

from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.ir import Block, Function, Jump, Kind, Return, Stream
from hlsgen.hls.passes.divide import reciprocal
from hlsgen.hls.passes.expand_division import DIVISIONS, expand_division
from hlsgen.hls.passes.simplify import simplify

KINDS = (Kind.UDIV, Kind.UREM, Kind.SDIV, Kind.SREM)


def truth(kind: Kind, a: int, b: int, width: int) -> int:
    """C++ division of `width`-bit codes."""
    if kind in (Kind.SDIV, Kind.SREM):
        a, b = (v - (1 << width) if v >> width - 1 else v for v in (a, b))
    quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return (quotient if kind in (Kind.UDIV, Kind.SDIV) else a - quotient * b) % (1 << width)


def operands(width: int, count: int, seed: int) -> list[tuple[int, int]]:
    """Pairs with divisor != 0 and a quotient that fits: corners and random ones of all sizes."""
    source = random.Random(seed)
    top = 1 << width - 1
    corners = [v % (1 << width) for v in (0, 1, 2, 3, -1, -2, top, top - 1, top + 1)]
    pairs = [(a, b) for a in corners for b in corners if b]
    while len(pairs) < count:
        a, b = (source.getrandbits(source.randint(1, width)) for _ in range(2))
        if source.random() < 0.3:
            a, b = -a % (1 << width), -b % (1 << width)
        pairs += [(a, b)] * bool(b)
    return [(a, b) for a, b in pairs if (a, b) != (top, (1 << width) - 1)]


def expanded(function: Function, clock_ns: float = 4.4) -> Function:
    after = simplify(check(expand_division(simplify(function), target(clock_ns)), "expand_division"))
    assert not any(op.kind in DIVISIONS for op in after.ops.values())
    return check(after)


def all_four(width: int, ii: int | None, times: int) -> Function:
    def fill(w: Writer, x: int, y: int) -> list[int]:
        return [w.op(kind, width, x, y) for kind in KINDS]

    return looped(width, width, fill, ii=ii, times=times)


def outputs(function: Function, pairs: list[tuple[int, int]]) -> list[int]:
    return interpret(function, {"x": [a for a, _ in pairs], "y": [b for _, b in pairs]})["out"]


@pytest.mark.parametrize("ii", [1, None], ids=["side_by_side", "loop"])
@pytest.mark.parametrize("width", [*range(1, 21), 24, 31, 32, 33, 48, 63, 64, 65, 70])
def test_widths(width, ii):
    pairs = operands(width, 120, seed=width)
    function = expanded(all_four(width, ii, len(pairs)), clock_ns=[2.0, 4.4, 20.0][width % 3])
    loops = [loop for loop in function.loops.values() if loop.label == "division"]
    assert bool(loops) == (ii is None and width * (width + 1) > 100)
    assert outputs(function, pairs) == [truth(kind, a, b, width) for a, b in pairs for kind in KINDS]


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 72), st.data())
def test_by_constants(width, data):
    divisor = data.draw(st.integers(1, (1 << width) - 1) | st.integers(1, min(40, (1 << width) - 1)))
    divisor = data.draw(st.sampled_from([divisor, -divisor % (1 << width)]))
    pairs = [(a, divisor) for a, _ in operands(width, 90, seed=width)]
    near = [k * divisor + d for k in (1, 2, (1 << width) // divisor) for d in (-1, 0, 1)]
    pairs += [(a % (1 << width), divisor) for a in near]
    kinds = [Kind.UDIV, Kind.UREM] if divisor == (1 << width) - 1 else KINDS  # least / -1 does not fit

    def fill(w: Writer, x: int, y: int) -> list[int]:
        return [w.op(kind, width, x, w.const(divisor, width)) for kind in kinds]

    function = expanded(looped(width, width, fill, ii=1, times=len(pairs)))
    assert outputs(function, pairs) == [truth(kind, a, b, width) for a, b in pairs for kind in kinds]


@given(st.integers(1, 5000), st.integers(1, 1 << 20))
def test_reciprocals_are_exact_and_the_smallest(divisor, largest):
    factor, shift = reciprocal(divisor, largest)
    for x in {largest, largest - largest % divisor, max(0, largest - largest % divisor - 1), 1, divisor, divisor - 1}:
        if x <= largest:
            assert x * factor >> shift == x // divisor


def steps(function: Function) -> int:
    return sum(op.kind is Kind.ADD and op.width > 2 for op in function.ops.values())


def test_a_quotient_and_a_remainder_are_one_division():
    def both(w: Writer, x: int, y: int) -> list[int]:
        return [w.op(Kind.UDIV, 16, x, y), w.op(Kind.UREM, 16, x, y)]

    def one(w: Writer, x: int, y: int) -> list[int]:
        return [w.op(Kind.UDIV, 16, x, y)]

    two, single = (expanded(looped(16, 16, fill, ii=1, times=4)) for fill in (both, one))
    assert steps(two) == steps(single) + 1  # the last addition of the remainder


def test_ranges_shorten_a_division():
    """Twelve bits by at least 16: a quotient of eight bits, whatever the width of the operation."""

    def fill(w: Writer, x: int, y: int) -> list[int]:
        a = w.op(Kind.ZEXT, 64, w.op(Kind.SLICE, 12, x))
        b = w.op(Kind.ADD, 64, w.op(Kind.ZEXT, 64, w.op(Kind.SLICE, 4, y)), w.const(16, 64))
        return [w.op(Kind.SDIV, 64, a, b)]

    function = expanded(looped(16, 16, fill, ii=1, times=3))
    adders = [op.width for op in function.ops.values() if op.kind is Kind.ADD and op.width == 7]
    assert len(adders) == 8
    assert interpret(function, {"x": [4095, 100, 7], "y": [0, 3, 15]})["out"] == [255, 5, 0]


def test_independent_divisions_share_a_loop_and_dependent_ones_follow_each_other():
    def fill(w: Writer, x: int, y: int) -> list[int]:
        first = w.op(Kind.UDIV, 32, x, y)
        second = w.op(Kind.UREM, 32, y, x)
        odd, more = w.op(Kind.OR, 32, first, w.const(1, 32)), w.op(Kind.ADD, 32, second, w.const(3, 32))
        return [w.op(Kind.SDIV, 32, odd, more)]

    function = expanded(looped(32, 32, fill, ii=None, times=2))
    loops = [loop for loop in function.loops.values() if loop.label == "division"]
    assert len(loops) == 2
    assert all(loop.blocks < function.loops["loop"].blocks for loop in loops)
    words = {"x": [1000003, 77], "y": [17, 12345678]}
    expected = []
    for x, y in zip(words["x"], words["y"], strict=True):
        expected.append(truth(Kind.SDIV, x // y | 1, (y % x + 3) % (1 << 32), 32))
    assert interpret(function, words)["out"] == expected


def test_division_by_zero_ends():
    function = expanded(all_four(24, None, 2))
    assert len(interpret(function, {"x": [5, 0], "y": [0, 0]}, step_limit=2000)["out"]) == 8


def test_results_that_only_other_blocks_use():
    w = Writer()
    w.block("entry")
    x, y = w.op(Kind.READ, 32, object="x"), w.op(Kind.READ, 32, object="y")
    quotient, rest = w.op(Kind.UDIV, 32, x, y), w.op(Kind.SREM, 32, y, x)
    w.block("next")
    either = w.op(Kind.PHI, 32, quotient, blocks=("entry",))
    for id in (either, rest):
        w.op(Kind.WRITE, 0, id, object="out")
    ends = {"entry": Jump("next"), "next": Return()}
    blocks = {label: Block(label, tuple(ids), ends[label]) for label, ids in w.blocks.items()}
    streams = {name: Stream(name, 32, "out" if name == "out" else "in") for name in ("x", "y", "out")}
    function = expanded(check(Function("f", w.ops, blocks, streams=streams)))
    assert interpret(function, {"x": [100], "y": [7]})["out"] == [14, 7]

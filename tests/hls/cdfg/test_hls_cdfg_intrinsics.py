"""LLVM's integer intrinsics as plain operations, against their definitions in Python, over random widths."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.intrinsics import EXPANSIONS, WITH_OVERFLOW
from hlsgen.hls.cdfg.ir import Block, Function, Kind, Op, Return, Stream
from hlsgen.hls.cdfg.semantics import signed
from hlsgen.hls.passes.pipeline import run_passes


class Straight:
    """One block of operations, as an expansion wants to build it."""

    def __init__(self) -> None:
        self.ops: dict[int, Op] = {}

    def op(self, kind: Kind, width: int, args: tuple[int, ...] = (), **more: object) -> int:
        id = len(self.ops) + 1
        self.ops[id] = Op(id, kind, width, args, **more)  # type: ignore[arg-type]
        return id

    def const(self, value: int, width: int) -> int:
        return self.op(Kind.CONST, width, value=value & ((1 << width) - 1))


def saturate(value: int, low: int, high: int) -> int:
    return max(low, min(high, value))


def funnel(a: int, b: int, amount: int, width: int, *, left: bool) -> int:
    both, by = a << width | b, amount % width
    return both << by >> width if left else both >> by


def three_way(a: int, b: int) -> int:
    return (a > b) - (a < b)


def limits(width: int) -> tuple[int, int]:
    return -(1 << width - 1), (1 << width - 1) - 1


# name -> (operands, meaning of unsigned operands in a width; the result is cut to the width)
MEANING = {
    "smax": (2, lambda w, a, b: max(signed(a, w), signed(b, w))),
    "smin": (2, lambda w, a, b: min(signed(a, w), signed(b, w))),
    "umax": (2, lambda w, a, b: max(a, b)),
    "umin": (2, lambda w, a, b: min(a, b)),
    "abs": (1, lambda w, a: abs(signed(a, w))),
    "uadd.sat": (2, lambda w, a, b: min(a + b, (1 << w) - 1)),
    "usub.sat": (2, lambda w, a, b: max(a - b, 0)),
    "sadd.sat": (2, lambda w, a, b: saturate(signed(a, w) + signed(b, w), *limits(w))),
    "ssub.sat": (2, lambda w, a, b: saturate(signed(a, w) - signed(b, w), *limits(w))),
    "fshl": (3, lambda w, a, b, c: funnel(a, b, c, w, left=True)),
    "fshr": (3, lambda w, a, b, c: funnel(a, b, c, w, left=False)),
    "bitreverse": (1, lambda w, a: int(f"{a:0{w}b}"[::-1], 2)),
    "bswap": (1, lambda w, a: int.from_bytes(a.to_bytes(w // 8, "little"), "big")),
    "ctpop": (1, lambda w, a: a.bit_count()),
    "ctlz": (1, lambda w, a: w - a.bit_length()),
    "cttz": (1, lambda w, a: (a & -a).bit_length() - 1 if a else w),
    "ucmp": (2, lambda w, a, b: three_way(a, b)),
    "scmp": (2, lambda w, a, b: three_way(signed(a, w), signed(b, w))),
}


def test_every_expansion_has_a_meaning():
    assert {f"llvm.{name}" for name in MEANING} == set(EXPANSIONS)


@pytest.mark.parametrize("name", MEANING)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_expansion(name, data):
    count, meaning = MEANING[name]
    least = 2 if name.endswith("cmp") else 1
    width = data.draw(st.integers(1, 12).map(lambda n: 16 * n) if name == "bswap" else st.integers(least, 70))
    edges = st.sampled_from([0, 1, (1 << width) - 1, 1 << width - 1, (1 << width - 1) - 1])
    words = data.draw(st.lists(st.integers(0, (1 << width) - 1) | edges, min_size=count, max_size=count))
    b = Straight()
    args = [b.op(Kind.READ, width, object="a") for _ in range(count)]
    result = EXPANSIONS[f"llvm.{name}"](b, width, args)
    assert b.ops[result].width == width
    b.op(Kind.WRITE, 0, (result,), object="out")
    block = Block("entry", tuple(b.ops), Return())
    streams = {"a": Stream("a", width, "in"), "out": Stream("out", width, "out")}
    function = check(Function(name, b.ops, {"entry": block}, streams=streams))
    expected = {"out": [meaning(width, *words) & ((1 << width) - 1)]}
    assert interpret(function, {"a": words}) == expected
    assert interpret(run_passes(function), {"a": words}) == expected


@pytest.mark.parametrize("name", WITH_OVERFLOW)
@settings(max_examples=60, deadline=None)
@given(width=st.integers(1, 70), data=st.data())
def test_operations_with_overflow(name, width, data):
    edges = st.sampled_from([0, 1, (1 << width) - 1, 1 << width - 1, (1 << width - 1) - 1])
    words = [data.draw(st.integers(0, (1 << width) - 1) | edges) for _ in range(2)]
    b = Straight()
    args = [b.op(Kind.READ, width, object="a") for _ in range(2)]
    b.op(Kind.WRITE, 0, (WITH_OVERFLOW[name](b, width, args),), object="out")
    block = Block("entry", tuple(b.ops), Return())
    streams = {"a": Stream("a", width, "in"), "out": Stream("out", width + 1, "out")}
    function = check(Function("f", b.ops, {"entry": block}, streams=streams))
    low, high = limits(width) if name.startswith("llvm.s") else (0, (1 << width) - 1)
    one, two = (signed(word, width) if low else word for word in words)
    exact = {"add": one + two, "sub": one - two, "mul": one * two}[name.split(".")[1][1:]]
    expected = {"out": [(not low <= exact <= high) << width | exact & ((1 << width) - 1)]}
    assert interpret(function, {"a": words}) == expected
    assert interpret(run_passes(function), {"a": words}) == expected

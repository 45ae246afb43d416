"""Natural loops and trip counts."""

from __future__ import annotations

import pytest

from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.loops import dominators, innermost, irreducible, most_trips, natural_loops, trip_count
from hlsgen.hls.llvm.parse import parse_module


def graph(edges: dict[str, str]) -> ir.Function:
    """A function from block -> successors."""
    lines = ["define void @f(i1 %c) {"]
    for label, targets in edges.items():
        ends = [f"label %{target}" for target in targets]
        jump = "ret void" if not ends else f"br {'i1 %c, ' if len(ends) == 2 else ''}{', '.join(ends)}"
        lines += [f"{label}:", f"  {jump}"]
    return parse_module("\n".join([*lines, "}"])).module.functions["f"]


def test_nested_loops_outermost_first():
    function = graph({"a": "b", "b": "c", "c": "cd", "d": "be", "e": ""})
    outer, inner = natural_loops(function)
    assert (outer.header, outer.latches, outer.blocks, outer.exiting) == ("b", ("d",), frozenset("bcd"), ("d",))
    assert (inner.header, inner.latches, inner.parent, inner.ancestors()) == ("c", ("c",), outer, [outer])
    assert innermost([outer, inner], "c") is inner and innermost([outer, inner], "d") is outer
    assert innermost([outer, inner], "e") is None


def test_dominators_of_a_diamond_in_a_loop():
    assert dominators(graph({"a": "bc", "b": "d", "c": "d", "d": "ae", "e": ""})) == {
        "a": "a", "b": "a", "c": "a", "d": "a", "e": "d",
    }  # fmt: skip


def test_two_latches_are_one_loop():
    (loop,) = natural_loops(graph({"a": "b", "b": "cd", "c": "be", "d": "b", "e": ""}))
    assert set(loop.latches) == {"c", "d"} and loop.exiting == ("c",)


def test_irreducible():
    assert irreducible(graph({"a": "bc", "b": "c", "c": "bd", "d": ""})) in ("b", "c")
    assert irreducible(graph({"a": "b", "b": "bc", "c": ""})) is None


def counted(
    bits: int, start: int, step: int, test: str, bound: int, tested: str = "next", stay: bool = True
) -> int | None:
    labels = ("%loop", "%out") if stay else ("%out", "%loop")
    function = parse_module(f"""
define void @f() {{
entry:
  br label %loop
loop:
  %i = phi i{bits} [ {start}, %entry ], [ %next, %loop ]
  %next = add i{bits} %i, {step}
  %test = icmp {test} i{bits} %{tested}, {bound}
  br i1 %test, label {labels[0]}, label {labels[1]}
out:
  ret void
}}""").module.functions["f"]
    return trip_count(function, natural_loops(function)[0])


def simulated(bits: int, start: int, step: int, test: str, bound: int, tested: str, stay: bool) -> int | None:
    size, i = 1 << bits, start
    for count in range(1, 3 * size):
        value = (i + step if tested == "next" else i) % size
        left, right = value, bound % size
        if test[0] == "s":
            left, right = (v - size if v >= size >> 1 else v for v in (left, right))
        true = {"eq": left == right, "ne": left != right, "lt": left < right, "le": left <= right,
                "gt": left > right, "ge": left >= right}[test.lstrip("su")]  # fmt: skip
        if true != stay:
            return count
        i = (i + step) % size
    return None


@pytest.mark.parametrize("test", ["eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge"])
@pytest.mark.parametrize("tested", ["i", "next"])
@pytest.mark.parametrize("stay", [True, False])
def test_every_counter_of_four_bits(test, tested, stay):
    """Against plain simulation, over starts, steps and bounds; endless loops have no count."""
    for start in (0, 3, 8, 15):
        for step in (1, 2, 3, 7, 13, 15):
            for bound in (0, 1, 5, 8, 12, 15):
                expected = simulated(4, start, step, test, bound, tested, stay)
                assert counted(4, start, step, test, bound, tested, stay) == expected, (start, step, bound)


def test_long_loops_cost_nothing():
    assert counted(64, 0, 1, "ult", 10**15) == 10**15
    assert counted(32, 1000, -1, "ne", 0) == 1000


def test_conditions_that_are_computed():
    function = parse_module("""
define void @f() {
entry:
  br label %loop
loop:
  %i = phi i8 [ 0, %entry ], [ %next, %loop ]
  %k = phi i5 [ 3, %entry ], [ %kn, %loop ]
  %t = trunc i8 %i to i5
  %kn = add i5 %k, %t
  %next = add i8 %i, 3
  %low = and i5 %kn, 7
  %a = icmp eq i5 %low, 5
  %b = icmp ugt i8 %next, 20
  %stop = select i1 %a, i1 %b, i1 false
  br i1 %stop, label %out, label %loop
out:
  ret void
}""").module.functions["f"]
    i, k, expected = 0, 3, 0
    while k & 7 != 5 or i <= 20:
        k, i, expected = (k + i) % 32, (i + 3) % 256, expected + 1
    assert trip_count(function, natural_loops(function)[0]) == expected


def test_no_count_without_constants_or_with_another_exit():
    function = graph({"a": "b", "b": "bc", "c": ""})
    assert trip_count(function, natural_loops(function)[0]) is None
    function = graph({"a": "b", "b": "cd", "c": "bd", "d": ""})
    assert trip_count(function, natural_loops(function)[0]) is None


@pytest.mark.parametrize(("bound", "most"), [("30", 30), ("%n", None)])
def test_the_greatest_count_is_that_of_a_test_in_each_iteration(bound: str, most: int | None):
    function = parse_module(f"""
define void @f(i1 %found, i8 %n) {{
entry:
  br label %loop
loop:
  %i = phi i8 [ 0, %entry ], [ %next, %latch ]
  br i1 %found, label %out, label %latch
latch:
  %next = add i8 %i, 1
  %more = icmp ult i8 %next, {bound}
  br i1 %more, label %loop, label %out
out:
  ret void
}}""").module.functions["f"]
    (loop,) = natural_loops(function)
    assert (trip_count(function, loop), most_trips(function, loop)) == (None, most)

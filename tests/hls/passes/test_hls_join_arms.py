"""Short arms of branches in plain code become a part of the block that branches, and mean the same."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from test_hls_passes_exact import Text

from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.ir import Branch, Function, Jump, Kind, Loop, Memory, Return
from hlsgen.hls.passes.join_arms import join_arms
from hlsgen.hls.schedule.delay import unit

TARGET = Target(4.0, unit())  # four operations in a row


def joined(function: Function) -> Function:
    return check(join_arms(function, TARGET))


def forked(arm: list[Kind]) -> Function:
    """`if (bit 0) v = arm(v); out.write(v)`, of one word."""
    t = Text()
    word = t.read()
    bit = t.op(Kind.SLICE, 1, word)
    t.block("arm")
    value = word
    for kind in arm:
        value = t.op(kind, 8, *([] if kind is Kind.READ else [value, value]), object="a" if kind is Kind.READ else "")
    t.block("end")
    t.write(t.op(Kind.PHI, 8, value, word, blocks=("arm", "entry")))
    return t.close({"entry": Branch(bit, "arm", "end"), "arm": Jump("end"), "end": Return()})


def test_an_arm_that_fits_into_a_cycle_is_done_in_any_case():
    function = joined(forked([Kind.ADD] * 4))
    assert list(function.blocks) == ["entry"]
    assert [interpret(function, {"a": [word]})["out"] for word in (2, 3)] == [[2], [48]]


@pytest.mark.parametrize("arm", [[Kind.ADD] * 5, [Kind.READ], [Kind.UDIV]], ids=["long", "read", "division"])
def test_an_arm_that_takes_its_time_stays(arm):
    function = forked(arm)
    assert joined(function) is function


def test_the_tests_of_a_switch_shrink_from_the_end():
    """`switch (x) { case 10..17: v = x + case; break; default: return; } write(v)`: as many as fit into a cycle."""
    t = Text()
    word = t.read()
    ends = {}
    cases = [("entry" if case == 10 else f"test{case}", case) for case in range(10, 18)]
    values = []
    for label, case in cases:
        if label != "entry":
            t.block(label)
        following = f"test{case + 1}" if case < 17 else "left"
        ends[label] = Branch(t.op(Kind.ICMP, 1, word, t.const(case, 8), predicate="eq"), f"case{case}", following)
        t.block(f"case{case}")
        values.append(t.op(Kind.ADD, 8, word, t.const(case, 8)))
        ends[f"case{case}"] = Jump("end")
    t.block("end")
    t.write(t.op(Kind.PHI, 8, *values, blocks=tuple(f"case{case}" for _, case in cases)))
    t.block("left")
    function = t.close(ends | {"end": Return(), "left": Return()})
    shorter = joined(function)
    assert len(function.blocks) == 18 and len(shorter.blocks) <= 5
    for given in range(8, 20):
        assert interpret(shorter, {"a": [given]}) == interpret(function, {"a": [given]})


def random_plain(seed: int) -> Function:
    """A loop of plain code, forward over twelve blocks; each changes a number, some store, load or write it."""
    draw = random.Random(seed)
    t = Text()
    count = 12
    labels = ["top", *(f"b{number}" for number in range(1, count - 1)), "tail"]
    ends: dict[str, object] = {"entry": Jump("top")}
    ways: dict[str, list[str]] = {label: [] for label in labels}
    for number, label in enumerate(labels[:-1]):
        later = labels[number + 1 : number + 4]
        targets = draw.choices(later, k=2) if draw.random() < 0.75 else [draw.choice(later)] * 2
        for target in dict.fromkeys(targets):
            ways[target].append(label)
        ends[label] = targets
    reached = ["top"]
    for label in labels[1:]:
        ways[label] = [origin for origin in ways[label] if origin in reached]
        if ways[label]:
            reached.append(label)
    start = t.read()
    final: dict[str, int] = {}
    for label in reached:
        t.block(label)
        origins = ("entry", "tail") if label == "top" else tuple(ways[label])
        value = t.op(Kind.PHI, 8, *[0] * len(origins), blocks=origins)
        for _ in range(draw.randint(0, 3)):
            kind = draw.choice([Kind.ADD, Kind.XOR, Kind.SUB, Kind.AND])
            value = t.op(kind, 8, value, draw.choice([value, t.const(draw.randrange(256), 8)]))
        if draw.random() < 0.4:
            guard = t.op(Kind.SLICE, 1, value, value=3) if draw.random() < 0.3 else None
            at = t.op(Kind.SLICE, 2, value, value=draw.randrange(6))
            t.op(Kind.STORE, 0, at, value, object="ram", guard=guard)
        if draw.random() < 0.15:
            t.write(value)
        if draw.random() < 0.15:
            value = t.op(Kind.LOAD, 8, t.op(Kind.SLICE, 2, value), object="ram")
        final[label] = value
        if label == "tail":
            more = t.op(Kind.SLICE, 1, t.read())
            ends[label] = Branch(more, "top", "left")
        elif len(set(ends[label])) == 1:
            ends[label] = Jump(ends[label][0])
        else:
            ends[label] = Branch(t.op(Kind.SLICE, 1, value, value=draw.randrange(8)), *ends[label])
    t.block("left")
    for element in range(4):
        t.write(t.op(Kind.LOAD, 8, t.const(element, 2), object="ram"))
    t.write(final["tail"])
    for id, op in t.ops.items():
        if op.kind is Kind.PHI:
            args = tuple(start if origin == "entry" else final[origin] for origin in op.blocks)
            t.ops[id] = replace(op, args=args)
    kept = {label: ids for label, ids in t.blocks.items()}
    loop = Loop("top", frozenset(reached))
    known = {label: ends[label] for label in kept if label in ends} | {"left": Return()}
    return t.close(known, loops={"top": loop}, memories={"ram": Memory("ram", 8, (4,))})


@pytest.mark.parametrize("part", range(4))
def test_the_meaning_stays(part):
    fewer = 0
    for seed in range(100 * part, 100 * part + 100):
        function = random_plain(seed)
        shorter = joined(function)
        fewer += len(function.blocks) - len(shorter.blocks)
        draw = random.Random(-seed)
        words = [draw.randrange(256), *(draw.randrange(256) | 1 for _ in range(20)), 0]
        assert interpret(shorter, {"a": words}) == interpret(function, {"a": words}), seed
    assert fewer > 150

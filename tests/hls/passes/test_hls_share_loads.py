"""Loads of one address that become one: what is joined and what is not, the interval, and that nothing else changes."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_flow import random_flow
from random_functions import random_nest
from test_hls_passes_exact import Text

from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.ir import Branch, Function, Jump, Kind, Loop, Memory, MemoryDependence, Op, Return
from hlsgen.hls.passes.if_convert import if_convert
from hlsgen.hls.passes.merge_exclusive import merge_exclusive
from hlsgen.hls.passes.share_loads import share_loads
from hlsgen.hls.passes.simplify import simplify
from hlsgen.hls.pipelining import schedule_pipelined
from hlsgen.hls.schedule import DelayTable

SEEDS = st.integers(0, 1 << 30)
START = tuple(range(40, 56))
_OPERATIONS = (Kind.ADD, Kind.XOR, Kind.AND, Kind.OR, Kind.SUB, Kind.MUL, Kind.SHL)


def count(function: Function, kind: Kind, label: str = "entry") -> int:
    return sum(function.ops[id].kind is kind for id in function.blocks[label].ops)


def assert_equal(after: Function, before: Function, words: list[int]) -> None:
    """The same outputs and the same memory in the end."""
    states: list[dict[str, list[int]]] = [{"m": list(START)}, {"m": list(START)}]
    found = [interpret(function, {"a": words}, state) for function, state in zip((after, before), states, strict=True)]
    assert found[0] == found[1] and states[0]["m"] == states[1]["m"]


# ---- the cases of a switch


def registers(cases: int, *, sources: int = 1, external: bool = True, trips: int = 12) -> Function:
    """A loop over instructions: of number `n` the n-th of some operations, on one register or two, to a third one."""
    t = Text()
    zero, one, bound = t.const(0, 8), t.const(1, 8), t.const(trips, 8)
    numbers = [t.const(number, 3) for number in range(cases)]
    t.block("loop")
    counter = t.op(Kind.PHI, 8, zero, zero, blocks=("entry", "loop"))
    word = t.read()
    number, target = t.op(Kind.SLICE, 3, word, value=4), t.op(Kind.SLICE, 2, word, value=2)
    source = [t.op(Kind.SLICE, 2, word, value=bit) for bit in range(sources)]
    for kind, case in zip(_OPERATIONS, numbers, strict=False):
        here = t.op(Kind.ICMP, 1, number, case, predicate="eq")
        values = [t.op(Kind.LOAD, 8, at, object="m", guard=here) for at in source]
        t.op(Kind.STORE, 0, target, t.op(kind, 8, *values, *[word] * (2 - sources)), object="m", guard=here)
    t.write(word)
    step = t.op(Kind.ADD, 8, counter, one)
    t.ops[counter] = Op(counter, Kind.PHI, 8, (zero, step), blocks=("entry", "loop"))
    again = t.op(Kind.ICMP, 1, step, bound, predicate="ult")
    t.block("exit")
    for place in range(4):
        t.write(t.op(Kind.LOAD, 8, t.const(place, 2), object="m"))
    ends = {"entry": Jump("loop"), "loop": Branch(again, "loop", "exit"), "exit": Return()}
    apart = (MemoryDependence("m", 0),)
    loop = Loop("loop", frozenset(["loop"]), ii=1, trip_count=trips, dependences=apart)
    memory = Memory("m", 8, (4,), None if external else START[:4], external=external)
    return t.close(ends, loops={"loop": loop}, memories={"m": memory})


@pytest.mark.parametrize("external", [False, True])
@pytest.mark.parametrize("sources", [1, 2])
@pytest.mark.parametrize("cases", [2, 3, 7])
def test_the_cases_of_a_switch_share_loads_and_store(cases, sources, external):
    """Each stores behind its load, so that no load could move down to the next one."""
    before = registers(cases, sources=sources, external=external)
    after = check(merge_exclusive(check(share_loads(simplify(before)))))
    assert (count(after, Kind.LOAD, "loop"), count(after, Kind.STORE, "loop")) == (sources, 1)
    source = random.Random(cases)
    assert_equal(after, before, [source.getrandbits(8) for _ in range(12)])


@pytest.mark.parametrize(("cases", "sources", "ii"), [(2, 1, 1), (3, 1, 1), (7, 1, 1), (3, 2, 2), (7, 2, 2)])
def test_the_interval_of_a_switch_is_that_of_one_case(cases, sources, ii):
    """Two ports take a load and a store a cycle; two loads and a store need the second one."""
    target = Target(8.0, DelayTable.load("xc7"))
    before = registers(cases, sources=sources)
    assert schedule_pipelined(before, target).blocks["loop"].ii == ii


# ---- what may lie between two loads


def two_loads(store: str, second: str) -> Function:
    """A load, a store to an address that may be the same, and a load; each under the condition that is named: that of
    the first load, its inverse, a part of either, one of its own, or none."""
    t = Text()
    word, places = t.read(), t.read()
    first, at, to = t.op(Kind.SLICE, 1, word), t.op(Kind.SLICE, 4, places), t.op(Kind.SLICE, 4, places, value=4)
    loaded = t.op(Kind.LOAD, 8, at, object="m", guard=first)
    own = t.op(Kind.SLICE, 1, word, value=1)
    inverse = t.op(Kind.XOR, 1, first, t.const(1, 1))
    guards = {
        "first": first,
        "inverse": inverse,
        "own": own,
        "part of inverse": t.op(Kind.AND, 1, inverse, own),
        "by what was loaded": t.op(Kind.AND, 1, first, t.op(Kind.SLICE, 1, loaded, value=3)),
        "": None,
    }
    t.op(Kind.STORE, 0, to, word, object="m", guard=guards[store])
    again = t.op(Kind.LOAD, 8, at, object="m", guard=guards[second])
    t.write(loaded, guard=first)
    t.write(again, guard=guards[second])
    t.write(t.op(Kind.LOAD, 8, to, object="m"))  # more than there are ports
    return t.close(memories={"m": Memory("m", 8, (16,), START)})


@pytest.mark.parametrize(
    ("store", "second", "loads"),
    [
        ("first", "inverse", 1),
        ("part of inverse", "first", 1),
        ("own", "inverse", 2),  # both may happen, with one address
        ("", "inverse", 2),
        ("first", "", 2),
        ("part of inverse", "own", 2),
        ("inverse", "by what was loaded", 2),  # the store excludes it, but the first load has to come before
    ],
)
def test_a_store_between_two_loads_has_to_exclude_the_later_one(store, second, loads):
    before = two_loads(store, second)
    after = check(share_loads(before))
    assert count(after, Kind.LOAD) == loads + 1
    for word in range(16):
        for places in (0x33, 0x35):
            assert_equal(after, before, [word, places])


def bits_choose(*, third=True, exclusive=False, called=False, external=False) -> Function:
    """Two loads of one address, each under a bit, with a read between them: from a called function perhaps."""
    t = Text()
    word = t.read()
    at, one = t.op(Kind.SLICE, 4, word), t.op(Kind.SLICE, 1, word, value=5)
    two = t.op(Kind.XOR, 1, one, t.const(1, 1)) if exclusive else t.op(Kind.SLICE, 1, word, value=6)
    t.write(t.op(Kind.LOAD, 8, at, object="m", guard=one), guard=one)
    t.write(t.read())
    t.write(t.op(Kind.LOAD, 8, at, object="m", guard=two), guard=two)
    if third:
        t.write(t.op(Kind.LOAD, 8, t.const(3, 4), object="m"))
    function = t.close(memories={"m": Memory("m", 8, (16,), None if external else START, external=external)})
    unit = "f" if called else ""
    return replace(function, streams=function.streams | {"a": replace(function.streams["a"], unit=unit)})


@pytest.mark.parametrize(
    ("options", "shared"),
    [
        ({}, True),
        ({"third": False}, False),  # there are ports enough, so that none waits for the condition of the other
        ({"called": True}, False),  # it may store
        ({"external": True}, False),  # somebody else may store between them
        ({"external": True, "exclusive": True}, True),
    ],
)
def test_loads_without_a_store_between_them(options, shared):
    before = bits_choose(**options)
    after = check(share_loads(before))
    assert (after == before) is not shared
    assert count(after, Kind.LOAD) == count(before, Kind.LOAD) - shared
    for word in range(256):
        assert_equal(after, before, [word, 7])


# ---- at random


def random_accesses(seed: int) -> Function:
    """Loads and stores at three addresses, under cases of a number, bits, what was loaded, and parts of these."""
    source = random.Random(seed)
    t = Text()
    word, places, more = t.read(), t.read(), t.read()
    addresses = [t.op(Kind.SLICE, 4, places), t.op(Kind.SLICE, 4, places, value=4), t.op(Kind.SLICE, 4, more)]
    number = t.op(Kind.SLICE, 2, word)
    values, zero, one = [word, places, more], t.const(0, 8), t.const(1, 1)
    conditions: list[int | None] = [None]
    for case in range(4):
        conditions.append(t.op(Kind.ICMP, 1, number, t.const(case, 2), predicate="eq"))
    for _ in range(source.randint(6, 24)):
        guard = source.choice(conditions)
        match source.randrange(6):
            case 0:
                conditions.append(t.op(Kind.SLICE, 1, source.choice(values), value=source.randrange(8)))
            case 1 if guard is not None:
                other = source.choice(conditions) or one
                conditions.append(t.op(source.choice([Kind.AND, Kind.OR, Kind.XOR]), 1, guard, other))
            case 2 | 3:
                t.op(Kind.STORE, 0, source.choice(addresses), source.choice(values), object="m", guard=guard)
            case _:
                loaded = t.op(Kind.LOAD, 8, source.choice(addresses), object="m", guard=guard)
                values.append(loaded if guard is None else t.op(Kind.SELECT, 8, guard, loaded, zero))
                t.write(values[-1])
    return t.close(memories={"m": Memory("m", 8, (16,), START)})


@settings(max_examples=300, deadline=None)
@given(seed=SEEDS)
def test_sharing_keeps_meaning(seed):
    before = random_accesses(seed)
    shared = check(share_loads(before))
    merged = check(merge_exclusive(shared))
    source = random.Random(seed)
    for _ in range(8):
        words = [source.getrandbits(8) & source.choice([0xFF, 0x13]) for _ in range(3)]
        assert_equal(shared, before, words)
        assert_equal(merged, before, words)


@pytest.mark.parametrize("make", [random_nest, random_flow], ids=lambda f: f.__name__)
@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_sharing_keeps_meaning_of_loops_that_became_blocks(make, seed):
    example = make(seed)
    before = simplify(if_convert(example.function))
    inputs = example.inputs(seed)
    assert interpret(check(share_loads(before)), inputs) == interpret(before, inputs)

"""Indices that are linear touch one bank each, of any factor and in any dimension; what is stored is found again."""

from __future__ import annotations

import itertools
import operator
import random
from dataclasses import replace
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_loop import OneLoop
from random_functions import random_loop, random_nest

from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.congruence import Residue, bitwise, residues
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.ir import (
    EFFECT_KINDS,
    Branch,
    Function,
    Jump,
    Kind,
    Memory,
    MemoryDependence,
    Op,
    Partition,
    Return,
    Stream,
)
from hlsgen.hls.cdfg.semantics import evaluate
from hlsgen.hls.passes.bank_memories import bank_memories
from hlsgen.hls.passes.known_ranges import known_ranges
from hlsgen.hls.passes.pipeline import run_passes
from hlsgen.hls.passes.simplify import simplify

WIDTH = 10


def sweep(
    shape: tuple[int, ...], partitions: tuple[Partition, ...], start: int, step: int, count: int, places
) -> Function:
    """A loop over i = start, start + step, ... that stores and loads at every place; a place is, for each dimension,
    (factor, offset): the index factor * i + offset.
    """
    made = OneLoop(WIDTH, count, start, step)

    def index(place) -> list[int]:
        return [
            made.op(Kind.SLICE, max(1, (extent - 1).bit_length()), made.linear(factor, offset))
            for (factor, offset), extent in zip(place, shape, strict=True)
        ]

    for place in places:
        at = index(place)
        made.op(Kind.STORE, 0, *at, made.op(Kind.READ, 8, object="a"), object="m")
        made.op(Kind.WRITE, 0, made.op(Kind.LOAD, 8, *at, object="m"), object="out")
    for place in places:
        made.op(Kind.WRITE, 0, made.op(Kind.LOAD, 8, *index(place), object="m"), object="out")
    return made.finish(Memory("m", 8, shape, partitions=partitions), Stream("a", 8, "in"), Stream("out", 8, "out"))


def random_sweep(seed: int) -> tuple[Function, int]:
    """A function, and how many words it reads."""
    choose = random.Random(seed).choice
    dims = choose([1, 2, 3])
    start, step, count = choose([0, 1, 2, 3]), choose([1, 2, 3, 4, 6]), choose([1, 2, 5])
    places = [[(choose([0, 1, 2, 3, 4]), choose(range(6))) for _ in range(dims)] for _ in range(choose([1, 2, 3]))]
    last = start + step * (count - 1)
    least = [max(place[d][0] * last + place[d][1] for place in places) + 1 for d in range(dims)]
    shape = tuple(extent + choose([0, 0, 1, 5]) for extent in least)
    partitions = []
    for dim, extent in enumerate(shape):
        style = choose(["none", "cyclic", "block", "complete"])
        factor = extent if style == "complete" else choose(range(1, min(extent, 7) + 1))
        if style != "none" and prod([factor, *(p.factor for p in partitions)]) <= 200:
            partitions.append(Partition(dim, "cyclic" if style == "complete" else style, factor))
    return sweep(shape, tuple(partitions), start, step, count, places), count * len(places)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 1 << 40))
def test_random_partitions_keep_what_is_stored(seed):
    function, reads = random_sweep(seed)
    source = random.Random(seed)
    inputs = {"a": [source.getrandbits(8) for _ in range(reads)]}
    before = interpret(function, inputs)
    assert interpret(check(bank_memories(function)), inputs) == before
    assert interpret(run_passes(function), inputs) == before


def accesses(function: Function) -> list[Op]:
    return [op for op in function.in_order() if op.object.startswith("m")]


UNROLLED = [[(4, k)] for k in range(4)]
BY_THREE = [[(3, k)] for k in range(3)]


@pytest.mark.parametrize(
    ("shape", "partitions", "start", "step", "places", "banks"),
    [
        ((64,), [(0, "cyclic", 4)], 0, 1, UNROLLED, [0, 1, 2, 3]),
        ((64,), [(0, "cyclic", 8)], 0, 2, UNROLLED, [0, 1, 2, 3]),
        ((64,), [(0, "cyclic", 2)], 0, 1, UNROLLED, [0, 1, 0, 1]),
        ((60,), [(0, "cyclic", 3)], 0, 1, BY_THREE, [0, 1, 2]),
        ((60,), [(0, "cyclic", 3)], 1, 3, [[(1, 0)], [(1, 1)], [(1, 2)]], [1, 2, 0]),
        ((60,), [(0, "cyclic", 6)], 5, 6, [[(1, 0)], [(1, 1)]], [5, 0]),
        ((64,), [(0, "block", 4)], 0, 1, [[(1, 16 * k)] for k in range(4)], [0, 1, 2, 3]),
        ((60,), [(0, "block", 5)], 0, 1, [[(1, 12 * k)] for k in range(5)], [0, 1, 2, 3, 4]),
        ((8, 9), [(1, "cyclic", 3)], 0, 1, [[(1, 0), (0, k)] for k in range(3)], [0, 1, 2]),
        ((8, 9), [(0, "complete", 8), (1, "cyclic", 3)], 0, 1, [[(0, 1), (1, 0)], [(0, 7), (0, 4)]], None),
        ((4, 16), [(0, "complete", 4), (1, "cyclic", 2)], 0, 1, [[(0, 3), (2, 1)], [(0, 1), (2, 0)]], [7, 2]),
        ((9, 9), [(0, "cyclic", 3), (1, "block", 3)], 0, 1, [[(0, 4), (1, 0)], [(0, 5), (1, 3)]], [3, 7]),
    ],
)
def test_each_access_touches_one_bank(shape, partitions, start, step, places, banks):
    parts = tuple(Partition(dim, "cyclic" if style == "complete" else style, n) for dim, style, n in partitions)
    count = 3
    function = simplify(bank_memories(sweep(shape, parts, start, step, count, places)))
    found = accesses(function)
    if banks is None:  # the first moves through the banks of its row
        assert {op.object for op in found if op.kind is Kind.LOAD} == {"m_b3", "m_b4", "m_b5", "m_b22"}
        return
    expected = [f"m_b{bank}" for bank in banks]
    assert [op.object for op in found if op.kind is Kind.STORE] == expected
    loads = [op.object for op in found if op.kind is Kind.LOAD]  # those at the end may be seen to be equal
    assert loads[: len(expected)] == expected and set(loads) == set(expected)
    assert all(op.guard is None for op in found)
    assert not any(op.kind in (Kind.UDIV, Kind.UREM, Kind.SELECT) for op in function.ops.values())


def test_banks_that_are_out_of_reach_are_left_alone():
    function = bank_memories(sweep((64,), (Partition(0, "cyclic", 8),), 1, 1, 4, [[(4, 2)]]))
    assert {op.object for op in accesses(function)} == {"m_b2", "m_b6"}
    function = bank_memories(sweep((64,), (Partition(0, "block", 8),), 0, 1, 10, [[(1, 4)]]))
    assert {op.object for op in accesses(function)} == {"m_b0", "m_b1"}


@pytest.mark.parametrize(("kind", "of"), [(Kind.AND, operator.and_), (Kind.OR, operator.or_), (Kind.XOR, operator.xor)])
def test_residues_of_bits(kind, of):
    """Every pair of values that two residues allow, in four bits."""
    some = [Residue(modulus, rest) for modulus in range(1, 14) for rest in range(modulus)]
    some += [Residue(0, rest) for rest in range(16)]
    values = {each: [x for x in range(16) if holds(each, x)] for each in some}
    for a, b in itertools.product(some, repeat=2):
        found = bitwise(kind, 4, a, b)
        assert all(holds(found, of(x, y)) for x in values[a] for y in values[b]), (a, b, found)


def test_a_constant_bit_beside_a_counter_keeps_its_residue():
    assert bitwise(Kind.OR, 8, Residue(6, 4), Residue(0, 1)) == Residue(6, 5)
    assert bitwise(Kind.XOR, 8, Residue(0, 3), Residue(12, 6)) == Residue(12, 5)
    assert bitwise(Kind.AND, 8, Residue(1, 0), Residue(0, 0xF8)) == Residue(8, 0)
    assert bitwise(Kind.OR, 8, Residue(1, 0), Residue(0, 3)) == Residue(4, 3)


def holds(residue: Residue, value: int) -> bool:
    return (value - residue.rest) % residue.modulus == 0 if residue.modulus else value == residue.rest


@pytest.mark.parametrize("make", [random_loop, random_nest], ids=lambda f: f.__name__)
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1 << 30))
def test_values_are_what_their_residues_say(make, seed):
    """Every value of a run of the sweep or of a random function, against the analysis."""
    for function in (make(seed).function, random_sweep(seed)[0]):
        ranges = known_ranges(function)
        known = residues(function, ranges)
        for id, value in run(function, seed):
            assert holds(known[id], value), f"{function.ops[id]} is {value}"


def run(function: Function, seed: int):
    """(operation, value) as they come in a call, memories and streams giving anything."""
    source = random.Random(seed)
    now: dict[int, int] = {}
    label, origin = function.entry, ""
    for _ in range(500):
        block = function.blocks[label]
        ops = [function.ops[id] for id in block.ops]
        now |= {op.id: now[op.args[op.blocks.index(origin)]] for op in ops if op.kind is Kind.PHI}
        for op in ops:
            if op.kind in EFFECT_KINDS | {Kind.LOAD}:
                now[op.id] = source.getrandbits(op.width) if op.width else 0
            elif op.kind is not Kind.PHI:
                now[op.id] = evaluate(op, [now[arg] for arg in op.args], [function.ops[arg].width for arg in op.args])
            if op.width:
                yield op.id, now[op.id]
        origin = label
        match block.end:
            case Return():
                return
            case Jump(target):
                label = target
            case Branch(condition, if_one, if_zero):
                label = if_one if now[condition] else if_zero


def test_what_is_said_of_an_array_is_said_of_its_banks_alone():
    function = sweep((8,), (Partition(0, "cyclic", 2),), 0, 1, 4, [[(1, 0)]])
    stated = MemoryDependence("m", 3)
    loops = {
        header: replace(loop, dependences=(stated, MemoryDependence("gone", 1)))
        for header, loop in function.loops.items()
    }
    memories = function.memories | {"m_buffer": Memory("m_buffer", 8, (4,))}
    banked = bank_memories(replace(function, loops=loops, memories=memories))
    assert banked.loops["loop"].dependences == (MemoryDependence("m_b0", 3), MemoryDependence("m_b1", 3))

"""Whatever collides when random loops run is in order, and what never does mostly is not held back.

The oracle runs the loop on numbers and lists the word that every access touches in every iteration.
"""

from __future__ import annotations

import random
from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_accesses import LOOP, Maker

from hlsgen.hls.bind.dependences import ANCHOR, Orders
from hlsgen.hls.cdfg.affine import Forms
from hlsgen.hls.cdfg.collisions import Collisions
from hlsgen.hls.cdfg.ir import Function, Kind, Op
from hlsgen.hls.cdfg.semantics import evaluate
from hlsgen.hls.cdfg.tabulate import Tables
from hlsgen.hls.passes.known_ranges import known_ranges
from hlsgen.hls.schedule import Dependence

RUNS = 3
LONGEST = 60  # iterations of a loop that may never end


def touched(function: Function, seed: int, calls: int) -> list[dict[int, int]]:
    """Iteration -> access -> the word it touches; calls follow each other."""
    source = random.Random(seed)
    found = []
    body = [function.ops[id] for id in function.blocks[LOOP].ops]
    phis = [op for op in body if op.kind is Kind.PHI]
    end = function.blocks[LOOP].end
    for _ in range(calls):
        now: dict[int, int] = {}
        for op in (function.ops[id] for id in function.blocks["entry"].ops):
            now[op.id] = source.getrandbits(4) if op.kind is Kind.PARAM else value(function, op, now)
        now |= {op.id: now[op.args[0]] for op in phis}
        for _ in range(LONGEST):
            words = {}
            for op in body:
                if op.kind is Kind.READ:
                    now[op.id] = source.getrandbits(4)
                elif op.object == "m":
                    words[op.id] = now[op.args[0]]
                elif op.kind is not Kind.PHI:
                    now[op.id] = value(function, op, now)
            found.append(words)
            if (now[end.condition] == 1) != (end.if_one == LOOP):
                break
            now |= {op.id: now[op.args[1]] for op in phis}
    return found


def value(function: Function, op: Op, now: dict[int, int]) -> int:
    return evaluate(op, [now[arg] for arg in op.args], [function.ops[arg].width for arg in op.args])


def collisions(function: Function, seed: int, calls: int, runs: int = RUNS) -> dict[tuple[int, int], int]:
    """(earlier, later) access, one a store -> the fewest iterations between touching the same word."""
    found: dict[tuple[int, int], int] = {}
    for run in range(runs):
        words = touched(function, seed + run, calls)
        for n, early in enumerate(words):
            for m in range(n, len(words)):
                for a, x in early.items():
                    for b, y in words[m].items():
                        stores = Kind.STORE in (function.ops[a].kind, function.ops[b].kind)
                        if x == y and stores and (m > n or a < b):
                            found[a, b] = min(found.get((a, b), m - n), m - n)
    return found


def nearest(order: list[Dependence], source: int) -> dict[int, int]:
    """Operation -> the fewest iterations after which it comes after `source` for certain."""
    follow: dict[int, list[Dependence]] = defaultdict(list)
    for d in order:
        follow[d.source].append(d)
        follow[ANCHOR].append(Dependence(ANCHOR, d.source))
        follow[ANCHOR].append(Dependence(ANCHOR, d.target))
    best: dict[int, int] = {}
    work = [(source, 0)]
    while work:
        here, distance = work.pop()
        for d in follow[here]:
            if distance + d.distance < best.get(d.target, 1 << 30):
                best[d.target] = distance + d.distance
                work.append((d.target, best[d.target]))
    return best


def order_of(function: Function) -> list[Dependence]:
    """Of the accesses alone."""
    latency = {id: 0 for id in function.blocks[LOOP].ops if function.ops[id].kind in (Kind.LOAD, Kind.STORE)}
    return [d for d in Orders(function).of(LOOP, function.loops[LOOP], latency) if d.source in latency]


@pytest.mark.parametrize(("rewind", "known"), [(False, True), (False, False), (True, True), (True, False)])
@settings(max_examples=400, deadline=None)
@given(seed=st.integers(0, 1 << 40))
def test_accesses_that_collide_are_in_order(rewind, known, seed):
    function = Maker(seed).function(rewind=rewind, known=known)
    order = order_of(function)
    after = {id: nearest(order, id) for id in {d.source for d in order}}
    for (early, late), distance in collisions(function, seed, calls=2 if rewind else 1).items():
        if early == late:
            continue  # an iteration starts after the one before it
        assert after.get(early, {}).get(late, 1 << 30) <= distance, f"{early} -> {late} after {distance}\n{function}"


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 1 << 40))
def test_accesses_are_in_order_however_the_loop_ends(seed):
    """Counters from anywhere, tests of every kind against anything: some wrap around, some do not."""
    function = Maker(seed).counting()
    order = order_of(function)
    after = {id: nearest(order, id) for id in {d.source for d in order}}
    for (early, late), distance in collisions(function, seed, calls=1, runs=8).items():
        if early != late:
            assert after.get(early, {}).get(late, 1 << 30) <= distance, (
                f"{early} -> {late} after {distance}\n{function}"
            )


@pytest.mark.parametrize(("known", "share"), [(True, 1.0), (False, 0.12)])  # one that may run on collides more
def test_what_never_collides_is_known_to(known, share):
    """Ordered pairs of accesses that are free of each other in truth, and how many of them the analysis finds free."""
    free = left = 0
    for seed in range(300):
        function = Maker(seed).function(known=known, data=False)
        accesses = [function.ops[id] for id in function.blocks[LOOP].ops if function.ops[id].object == "m"]
        ranges = known_ranges(function)
        count = function.loops[LOOP].trip_count
        forms = Forms(function, LOOP, [op.args[0] for op in accesses], ranges, count)
        tables = Tables(function, LOOP, count) if count else None
        analysis = Collisions(accesses, forms, function.loops[LOOP], tables)
        found = collisions(function, seed, calls=1)
        for i, j in product(range(len(accesses)), repeat=2):
            a, b = accesses[i], accesses[j]
            if i != j and (a.id, b.id) not in found and Kind.STORE in (a.kind, b.kind):
                free += 1
                meets = i < j and analysis.meeting(j) >> i & 1
                left += not meets and analysis.distance(i, j) == 0
    assert free > 500
    assert left >= share * free, f"{left} of {free}"

"""What `note_distances` says of an array, against the indices of every iteration."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_loop import OneLoop

from hlsgen.hls.cdfg.ir import (
    Function,
    Kind,
    Memory,
    MemoryDependence,
    Partition,
    Stream,
)
from hlsgen.hls.passes.note_distances import note_distances

TRIPS = 20
Place = tuple[int, int]  # (factor, offset) of the counter, modulo 32


def loop_with(stores: list[Place], loads: list[Place], width: int = 5) -> Function:
    """A loop of 20 iterations that accesses an array of registers at those places."""
    made = OneLoop(width, TRIPS)
    for place in loads:
        made.op(Kind.LOAD, 8, made.linear(*place), object="kept")
    word = made.op(Kind.READ, 8, object="a")
    for place in stores:
        made.op(Kind.STORE, 0, made.linear(*place), word, object="kept")
    return made.finish(Memory("kept", 8, (32,), partitions=(Partition(0, "cyclic", 32),)), Stream("a", 8, "in"))


def noted(function: Function) -> MemoryDependence | None:
    said = note_distances(function).loops["loop"].dependences
    assert len(said) < 2
    return said[0] if said else None


def truth(stores: list[Place], loads: list[Place]) -> int:
    """The fewest iterations between a store and another access of its word; 0 for never."""
    found = [
        later - sooner
        for sooner in range(TRIPS)
        for later in range(sooner + 1, TRIPS)
        for m, (a, b) in enumerate([*stores, *loads])
        for n, (c, d) in enumerate([*stores, *loads])
        if m != n and min(m, n) < len(stores) and (a * sooner + b) % 32 == (c * later + d) % 32
    ]
    return min(found, default=0)


@pytest.mark.parametrize(
    ("stores", "loads", "distance"),
    [
        ([(1, 1)], [(1, 1)], 0),
        ([(1, 3)], [(1, 0)], 3),
        ([(2, 0)], [(2, 1)], 0),
        ([(1, 1)], [(1, 0)], 1),
        ([(1, 0)], [(0, 5)], 1),
    ],
)
def test_what_is_known_of_plain_indices(stores, loads, distance):
    said = noted(loop_with(stores, loads))
    assert truth(stores, loads) == distance
    assert said == (None if distance == 1 else MemoryDependence("kept", distance))


places = st.lists(st.tuples(st.integers(0, 31), st.integers(0, 31)), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(places, places)
def test_no_two_accesses_are_nearer_than_it_says(stores, loads):
    said = noted(loop_with(stores, loads))
    nearest = truth(stores, loads)
    if said is not None:
        assert nearest == 0 or 0 < said.distance <= nearest

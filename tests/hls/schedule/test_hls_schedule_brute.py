"""Random problems: every schedule proves itself; on tiny ones enumeration finds the same interval and depth."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hlsgen.core.errors import InternalError
from hlsgen.hls.schedule import (
    Dependence,
    Infeasible,
    Operation,
    Problem,
    Schedule,
    min_ii,
    random_legal,
    solve,
    solve_pipelined,
)
from hlsgen.hls.schedule.earliest import Loop, earliest
from hlsgen.hls.schedule.graph import Graph

CLOCK_NS, CLK_TO_Q_NS, SETUP_NS = 5.0, 0.5, 0.25


@st.composite
def problems(draw: st.DrawFn, most: int, pipelined: bool) -> Problem:
    """Up to `most` operations; overlong ones, memory ports, recurrences and orderings of both signs included."""
    count = draw(st.integers(1, most))
    operations, dependences = [], []
    for i in range(count):
        if draw(st.booleans()):
            operations.append(Operation(i, draw(st.sampled_from([0.0, 1.0, 2.5, 4.25, 6.0]))))
        else:
            resource = draw(st.sampled_from([None, "memory a", "memory a", "unit b"]))
            operations.append(Operation(i, 0.0, draw(st.integers(1, 2)), 0.75, 1.5, resource))
        for source in range(i):
            if draw(st.integers(0, 2)) == 0:
                dependences.append(Dependence(source, i))
    for _ in range(draw(st.integers(0, 3))):
        a, b = draw(st.integers(0, count - 1)), draw(st.integers(0, count - 1))
        distance = draw(st.integers(1, 2))
        if draw(st.booleans()):
            dependences.append(Dependence(a, b, distance))
        else:
            dependences.append(Dependence(a, b, distance, draw(st.integers(-2, 2)), data=False))
    if count > 1 and draw(st.booleans()):
        a = draw(st.integers(0, count - 2))
        dependences.append(Dependence(a + 1, a, 0, draw(st.integers(-3, 0)), data=False))
    limits = {"memory a": draw(st.integers(1, 2)), "unit b": 1}
    bits = {i: draw(st.integers(1, 64)) for i in range(count)}
    return Problem(
        tuple(operations), tuple(dependences), limits, CLOCK_NS, 1 if pipelined else None, bits, CLK_TO_Q_NS, SETUP_NS
    )


def arrivals(problem: Problem, start: tuple[int, ...], period: int) -> dict[int, float]:
    """Arrival times by recursion, written apart from the scheduler's."""

    def arrival(i: int) -> float:
        times = [CLK_TO_Q_NS]
        for d in problem.dependences:
            if d.target != i or not d.data:
                continue
            op = problem.operations[d.source]
            if op.latency and start[d.source] + op.latency == start[i] + d.distance * period:
                times.append(op.out_delay_ns)
            if not op.latency and not d.distance and start[d.source] == start[i]:
                times.append(arrival(d.source) + op.delay_ns)
        return max(times)

    return {op.id: arrival(op.id) for op in problem.operations}


def proves(problem: Problem, start: tuple[int, ...], depth: int) -> bool:
    """Whether these starts are a legal schedule of exactly this depth bound."""
    period = depth if problem.ii is None else problem.ii
    try:
        schedule = Schedule(problem, dict(enumerate(start)), {}, problem.ii, depth)
        schedule.verify()
        replace(schedule, arrival_ns=arrivals(problem, start, period)).verify_timing()
    except InternalError:
        return False
    return True


def least_depth(problem: Problem, most: int) -> int | None:
    """The depth of the shallowest schedule of at most `most` cycles, by enumeration."""
    for depth in range(1, most + 1):
        for start in product(range(depth), repeat=len(problem.operations)):
            if proves(problem, start, depth):
                return depth
    return None


@settings(max_examples=80, deadline=None)
@given(problems(most=4, pipelined=False))
def test_depth_is_least(problem: Problem) -> None:
    try:
        schedule = solve(problem)
    except Infeasible:
        assert least_depth(problem, 5) is None
        return
    ends = max(schedule.start[op.id] + op.busy_cycles for op in problem.operations)
    if ends == schedule.depth <= 7:  # not stretched by what the next iteration waits for
        assert least_depth(problem, schedule.depth) == schedule.depth


@settings(max_examples=80, deadline=None)
@given(problems(most=4, pipelined=True))
def test_interval_and_depth_are_least(problem: Problem) -> None:
    try:
        found = solve_pipelined(problem, 1, 12)
    except Infeasible:
        assert least_depth(replace(problem, ii=12), 4) is None
        return
    schedule = found.schedule
    assert schedule.ii is not None and schedule.ii >= min_ii(problem).ii
    assert (found.bound is None) == (schedule.ii == 1)
    for ii in range(1, schedule.ii):
        assert least_depth(replace(problem, ii=ii), 6) is None
    if schedule.depth <= 7:
        assert least_depth(replace(problem, ii=schedule.ii), schedule.depth) == schedule.depth


@settings(max_examples=150, deadline=None)
@given(problems(most=30, pipelined=True), st.integers(0, 1000))
def test_every_schedule_proves_itself(problem: Problem, seed: int) -> None:
    try:
        schedule = solve_pipelined(problem, 1, 200).schedule
    except Infeasible:
        return
    for legal in (schedule, random_legal(schedule.problem, seed)):
        legal.verify()
        legal.verify_timing()


@settings(max_examples=100, deadline=None)
@given(problems(most=30, pipelined=False), st.integers(0, 1000))
def test_every_sequential_schedule_proves_itself(problem: Problem, seed: int) -> None:
    try:
        schedule = solve(problem)
    except Infeasible:
        return
    for legal in (schedule, random_legal(problem, seed)):
        legal.verify()
        legal.verify_timing()


def test_random_schedules_differ_and_repeat() -> None:
    operations = tuple(Operation(i, 1.0) for i in range(12))
    problem = Problem(operations, tuple(Dependence(i, i + 1) for i in range(11)), ii=2, clock_ns=3.0)
    starts = [tuple(random_legal(problem, seed).start.values()) for seed in range(20)]
    assert len(set(starts)) > 10
    assert starts[3] == tuple(random_legal(problem, 3).start.values())


def test_random_schedules_differ_beside_a_counter_that_cannot_move() -> None:
    operations = (Operation(0, pinned=0), *(Operation(i, 1.0) for i in range(1, 8)))
    counter = (Dependence(0, 1), Dependence(1, 0, 1, 1))
    body = tuple(Dependence(i, i + 1) for i in range(1, 7))
    problem = Problem(operations, (*counter, *body), ii=1, clock_ns=3.0)
    starts = [random_legal(problem, seed).start for seed in range(20)]
    assert all(start[1] == 0 for start in starts)
    assert len({tuple(start.values()) for start in starts}) > 10


@pytest.mark.parametrize("moved", range(4))
def test_a_changed_start_is_caught(moved: int) -> None:
    operations = (
        Operation(0, latency=1, in_delay_ns=0.5, out_delay_ns=1.0, resource="memory a"),
        Operation(1, 3.0),
        Operation(2, 3.0),
        Operation(3, latency=1, in_delay_ns=0.5, resource="memory a"),
    )
    chain = (Dependence(0, 1), Dependence(1, 2), Dependence(2, 3), Dependence(3, 0, 1, 1, data=False))
    problem = Problem(operations, chain, {"memory a": 1}, CLOCK_NS, 3)
    schedule = solve(problem)
    schedule.verify()
    for step in (-1, 1):
        start = schedule.start | {moved: schedule.start[moved] + step}
        changed = replace(schedule, start=start)
        with pytest.raises(InternalError):
            changed.verify()
            changed.verify_timing()


@given(problems(7, True), st.integers(1, 8), st.lists(st.integers(0, 9), min_size=7, max_size=7), st.data())
@settings(max_examples=150, deadline=None)
def test_earliest_labels_go_on_from_lower_bounds(problem, period, least, data):
    """From known labels on, raised bounds end where they do from nothing."""
    graph = Graph(problem, pipelined=True)
    known = earliest(graph, period, least[: graph.size])
    if isinstance(known, Loop):
        return
    rises = data.draw(st.lists(st.integers(0, 3), min_size=graph.size, max_size=graph.size))
    raised = [start + rise for start, rise in zip(known.start, rises, strict=True)]
    assert earliest(graph, period, raised, known) == earliest(graph, period, raised)

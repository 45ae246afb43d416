"""Register placement: less waiting at the same depth, and work that grows with the size, not with its square."""

from __future__ import annotations

import random

import pytest

from hlsgen.hls.schedule import Dependence, Operation, Problem, listing, placement, solve
from hlsgen.hls.schedule.graph import Graph


def test_wide_results_move_late_and_narrow_ones_stay_early() -> None:
    """A narrow value is widened, a wide one narrowed; both are wanted four cycles later."""
    wait = [Operation(i, latency=1) for i in range(4)]
    operations = (*wait, Operation(4, 1.0, name="widen"), Operation(5, 1.0, name="narrow"), Operation(6, latency=1))
    operations += (Operation(7, latency=1, pinned=0), Operation(8, latency=1, pinned=0))
    flow = [Dependence(i, i + 1) for i in range(3)] + [Dependence(3, 6), Dependence(4, 6), Dependence(5, 6)]
    flow += [Dependence(7, 4), Dependence(8, 5)]
    problem = Problem(operations, tuple(flow), clock_ns=5.0, value_bits={4: 64, 5: 8, 7: 8, 8: 64})
    schedule = solve(problem)
    schedule.verify()
    schedule.verify_timing()
    assert schedule.depth == 5
    assert schedule.start[4] == 4 and schedule.start[5] == 1
    assert schedule.register_bits() == 8 * 3 + 8 * 3


def layered(count: int, seed: int) -> Problem:
    """A random acyclic problem with memory reads and chains."""
    rng = random.Random(seed)
    operations, flow = [], []
    for i in range(count):
        if rng.random() < 0.2:
            operations.append(Operation(i, 0.0, 1, 0.5, 1.5, rng.choice(["memory a", "memory b"])))
        else:
            operations.append(Operation(i, rng.choice([0.0, 0.7, 1.9])))
        flow += [Dependence(rng.randrange(max(0, i - 40), i), i) for _ in range(rng.randint(0, 2)) if i]
    bits = {i: rng.randint(1, 64) for i in range(count)}
    return Problem(tuple(operations), tuple(flow), {"memory a": 2, "memory b": 1}, 5.0, None, bits, 0.4, 0.1)


@pytest.mark.parametrize("largest", [0, 10_000], ids=["moves", "program"])
@pytest.mark.parametrize("seed", range(4))
def test_fewer_bits_at_the_same_depth(monkeypatch: pytest.MonkeyPatch, largest: int, seed: int) -> None:
    monkeypatch.setattr(placement, "LARGEST_PROGRAM", largest)
    problem = layered(200, seed)
    graph = Graph(problem, pipelined=False)
    before = listing.list_least(graph, 1, listing.urgency_by_height(graph))
    assert before is not None
    schedule = solve(problem)
    schedule.verify()
    schedule.verify_timing()
    assert schedule.depth <= graph.depth(before.start)
    period = graph.depth(before.start)
    values = placement.Values(graph, period, before.start)
    assert schedule.register_bits() < 0.9 * values.cost()


def test_scheduling_work_is_near_linear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Label computations per operation do not grow with the size."""
    calls = 0
    place = listing.place

    def counted(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        return place(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(listing, "place", counted)
    per_operation = []
    for count in (500, 4000):
        calls = 0
        graph = Graph(layered(count, 1), pipelined=False)
        assert listing.list_least(graph, 1, listing.urgency_by_height(graph)) is not None
        per_operation.append(calls / count)
    assert per_operation[1] < 1.5 * per_operation[0]

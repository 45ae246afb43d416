"""Random but legal schedules: what a back end must also survive. For tests; kept for ever."""

from __future__ import annotations

import random

from .graph import Graph
from .listing import list_least, pinned_bounds
from .problem import Problem
from .result import Schedule
from .solve import first_period, schedule_of, solve

_TRIES = 8
_TRIES_OF_ALL = 2  # operations, before some are left where they are


def random_legal(problem: Problem, seed: int | str, delay_cycles: int = 3) -> Schedule:
    """A schedule at the problem's interval with random delays and order. Raises `Infeasible` as `solve` does.

    Each operation is held back up to `delay_cycles` cycles from where it could start; when that leaves no schedule,
    fewer cycles, and only those that no pinned operation waits for. The same seed gives the same schedule.
    """
    problem.check()
    rng = random.Random(seed)
    graph = Graph(problem, pipelined=problem.ii is not None)
    pins = pinned_bounds(graph)
    period, soonest = first_period(graph, pins)
    free = _nothing_pinned_waits_for(graph)
    for attempt in range(_TRIES):
        longest = delay_cycles * (_TRIES - attempt) // _TRIES
        chance = rng.uniform(0.25, 1.0)
        moved = [(attempt < _TRIES_OF_ALL or free[i]) and rng.random() < chance for i in range(graph.size)]
        delays = [
            rng.randint(0, longest) if each and op.pinned is None else 0
            for each, op in zip(moved, graph.operations, strict=True)
        ]
        least = [start + delay for start, delay in zip(soonest.start, delays, strict=True)]
        labels = list_least(graph, period, [rng.random() for _ in delays], least)
        if labels is not None:
            return schedule_of(graph, labels)
    return solve(problem)


def _nothing_pinned_waits_for(graph: Graph) -> list[bool]:
    """By operation, whether it may be as late as one likes, ports and other operations aside."""
    free = [op.pinned is None for op in graph.operations]
    work = [i for i in range(graph.size) if not free[i]]
    while work:
        for edge in graph.inputs[work.pop()]:
            if free[edge.source]:
                free[edge.source] = False
                work.append(edge.source)
    return free

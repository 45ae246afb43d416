"""Random but legal schedules: what a back end must also survive. For tests; kept for ever."""

from __future__ import annotations

import random

from .graph import Graph
from .listing import list_least, pinned_bounds
from .problem import Problem
from .result import Schedule
from .solve import first_period, schedule_of, solve

_TRIES = 8


def random_legal(problem: Problem, seed: int | str, delay_cycles: int = 3) -> Schedule:
    """A schedule at the problem's interval with random delays and order. Raises `Infeasible` as `solve` does.

    Each operation is held back up to `delay_cycles` cycles; less when that leaves no schedule; the same seed gives
    the same schedule.
    """
    problem.check()
    rng = random.Random(seed)
    graph = Graph(problem, pipelined=problem.ii is not None)
    pins = pinned_bounds(graph)
    period = first_period(graph, pins)[0]
    for attempt in range(_TRIES):
        longest = delay_cycles * (_TRIES - attempt) // _TRIES
        chance = rng.random()
        least = [pin + (rng.randint(0, longest) if rng.random() < chance else 0) for pin in pins]
        least = [pin if op.pinned is not None else t for t, pin, op in zip(least, pins, graph.operations, strict=True)]
        labels = list_least(graph, period, [rng.random() for _ in pins], least)
        if labels is not None:
            return schedule_of(graph, labels)
    return solve(problem)

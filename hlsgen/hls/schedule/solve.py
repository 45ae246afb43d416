"""The scheduler's entry points: at a given interval, or at the least one that can be had."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...core.errors import InternalError
from .earliest import Labels, Loop, earliest
from .exact import search_depth
from .explain import Bound, Infeasible, describe_loop, min_ii
from .graph import Graph
from .listing import list_least, pinned_bounds, urgency_by_height
from .placement import reduce_registers
from .problem import Problem
from .result import Schedule

SEARCH_WORK = 60_000  # label updates that the exact search may spend
_PATIENT_STEPS = 16  # intervals beyond the bound that are tried one by one; then steps double


@dataclass(frozen=True, slots=True)
class Pipelined:
    """A pipelined loop's schedule, the interval asked, and what kept it from being reached (or None)."""

    schedule: Schedule
    ii_asked: int
    bound: Bound | None


def solve(problem: Problem) -> Schedule:
    """A schedule of least depth, then least register bits. Raises `Infeasible` with the reason."""
    problem.check()
    graph = Graph(problem, pipelined=problem.ii is not None)
    least = pinned_bounds(graph)
    period, bounds = first_period(graph, least)
    labels = list_least(graph, period, urgency_by_height(graph), least)
    proved = False
    if labels is None or graph.depth(labels.start) > graph.depth(bounds.start):
        found = search_depth(graph, period, least, labels, SEARCH_WORK)
        labels, proved = found.labels or labels, found.exhausted
    if labels is None:
        certainty = "exists" if proved else "was found"
        resources = ", ".join(sorted({op.resource for op in graph.operations if op.resource is not None}))
        raise Infeasible(
            f"no schedule{_at(problem)} {certainty}: the dependences leave no free cycle of {resources}",
            do="ask for a larger II or more of the resource",
        )
    return schedule_of(graph, reduce_registers(graph, labels, period))


def first_period(graph: Graph, least: list[int]) -> tuple[int, Labels]:
    """The interval, or without one the least depth that the dependences allow, and the earliest labels there.

    Raises `Infeasible` when the dependences or the pins allow none.
    """
    period = graph.problem.ii or _least_depth(graph, least)
    bounds = earliest(graph, period, least)
    if isinstance(bounds, Loop):
        raise _loop_error(graph, bounds)
    for op, at in zip(graph.operations, bounds.start, strict=True):
        if op.pinned is not None and at > op.pinned:
            raise Infeasible(
                f"{op.label} is wanted in cycle {op.pinned} but cannot start before cycle {at}",
                do="allow more cycles, or use a slower clock",
            )
    return period, bounds


def _least_depth(graph: Graph, least: list[int]) -> int:
    """The least period that an iteration of earliest labels fits into, by bisection: longer ones only relax."""

    def shortfall(period: int) -> int:
        """0 if an iteration fits, else a larger period to try."""
        found = earliest(graph, period, least)
        if not isinstance(found, Loop):
            return 0 if graph.end(found.start) <= period else graph.end(found.start)
        if found.least_period is None:
            raise _loop_error(graph, found)
        return max(period + 1, found.least_period)

    too_short, high = 0, 1
    while following := shortfall(high):
        too_short, high = high, following
    while high - too_short > 1:
        middle = (too_short + high) // 2
        if shortfall(middle):
            too_short = middle
        else:
            high = middle
    return high


def _loop_error(graph: Graph, loop: Loop) -> Infeasible:
    ii = loop.least_period
    return Infeasible(
        f"no schedule{_at(graph.problem)} exists: {describe_loop(graph, loop)}",
        do=f"ask for II={ii}" if ii else "remove the ordering that closes the loop",
    )


def _at(problem: Problem) -> str:
    return "" if problem.ii is None else f" with II={problem.ii}"


def schedule_of(graph: Graph, labels: Labels) -> Schedule:
    """The labels as a `Schedule`."""
    problem = graph.problem
    ids = [op.id for op in graph.operations]
    return Schedule(
        problem,
        dict(zip(ids, labels.start, strict=True)),
        dict(zip(ids, labels.arrival_ns, strict=True)),
        problem.ii,
        graph.depth(labels.start),
    )


def solve_pipelined(problem: Problem, ii_asked: int, ii_max: int) -> Pipelined:
    """The schedule at the least interval from `ii_asked` on. Raises `Infeasible` if that exceeds `ii_max`."""
    if not 1 <= ii_asked <= ii_max:
        raise InternalError(f"II asked {ii_asked} is not between 1 and {ii_max}")
    problem.check()
    bound = min_ii(problem, ii_asked)
    reason: Bound | None = bound if bound.ii > ii_asked else None
    ii = first = max(ii_asked, bound.ii)
    failed, step = first - 1, 1  # the largest interval that was tried in vain
    found: Schedule | None = None
    while ii <= ii_max and (found is None or ii != found.ii):
        try:
            found = solve(replace(problem, ii=ii))
        except Infeasible as failure:
            failed, reason = ii, Bound(ii + 1, "placement", str(failure))
        if found is not None and found.ii is not None:  # halve what lies between
            ii = (failed + 1 + found.ii) // 2
        else:
            step *= 1 if ii - first < _PATIENT_STEPS else 2
            ii = max(min(ii + step, ii_max), ii + 1)
    if found is None:
        raise Infeasible(
            f"the loop cannot be pipelined with II <= {ii_max}: {reason}", do=f"allow II={ii}, or lift the bound"
        )
    return Pipelined(found, ii_asked, reason)

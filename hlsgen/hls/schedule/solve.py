"""The scheduler's entry points: at a given interval, or at the least one that can be had."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...core.errors import InternalError
from .earliest import Labels, Loop, earliest
from .exact import search_depth
from .explain import Bound, Infeasible, describe_loop, min_ii
from .graph import Graph
from .listing import list_schedule, pinned_bounds, pins_hold, urgency_by_height
from .placement import reduce_registers
from .problem import Problem
from .result import Schedule

SEARCH_WORK = 60_000  # label updates that the exact search may spend


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
    bounds = earliest(graph, problem.ii, least)
    if isinstance(bounds, Loop):
        raise Infeasible(
            f"no schedule with II={problem.ii} exists: {describe_loop(graph, bounds)}",
            do=f"ask for II={bounds.min_ii}" if bounds.min_ii else "remove the ordering that closes the loop",
        )
    if not pins_hold(graph, bounds):
        pins = ((op, at) for op, at in zip(graph.operations, bounds.start, strict=True) if op.pinned is not None)
        op, at = next((op, at) for op, at in pins if at > (op.pinned or 0))
        raise Infeasible(
            f"{op.label} is wanted in cycle {op.pinned} but cannot start before cycle {at}",
            do="allow more cycles, or use a slower clock",
        )
    labels = list_schedule(graph, problem.ii, urgency_by_height(graph), least)
    proved = False
    lowest = graph.iteration_depth(bounds.start)
    if labels is None or graph.iteration_depth(labels.start) > lowest:
        found = search_depth(graph, problem.ii, least, labels, SEARCH_WORK)
        labels, proved = found.labels or labels, found.exhausted
    if labels is None:
        certainty = "exists" if proved else "was found"
        resources = ", ".join(sorted({op.resource for op in graph.operations if op.resource is not None}))
        raise Infeasible(
            f"no schedule with II={problem.ii} {certainty}: the dependences leave no free cycle of {resources}",
            do="ask for a larger II or more of the resource",
        )
    return schedule_of(graph, reduce_registers(graph, labels, problem.ii))


def schedule_of(graph: Graph, labels: Labels) -> Schedule:
    """The labels as a `Schedule`."""
    problem = graph.problem
    ids = [op.id for op in graph.operations]
    return Schedule(
        problem,
        dict(zip(ids, labels.start, strict=True)),
        dict(zip(ids, labels.arrival_ns, strict=True)),
        problem.ii,
        graph.iteration_depth(labels.start),
    )


def solve_pipelined(problem: Problem, ii_asked: int, ii_max: int) -> Pipelined:
    """The schedule at the least interval from `ii_asked` on. Raises `Infeasible` if that exceeds `ii_max`."""
    if not 1 <= ii_asked <= ii_max:
        raise InternalError(f"II asked {ii_asked} is not between 1 and {ii_max}")
    problem.check()
    bound = min_ii(problem)
    reason: Bound | None = bound if bound.ii > ii_asked else None
    ii = max(ii_asked, bound.ii)
    while ii <= ii_max:
        try:
            return Pipelined(solve(replace(problem, ii=ii)), ii_asked, reason)
        except Infeasible as failure:
            ii += 1
            reason = Bound(ii, "placement", str(failure))
    raise Infeasible(
        f"the loop cannot be pipelined with II <= {ii_max}: {reason}", do=f"allow II={ii}, or lift the bound"
    )

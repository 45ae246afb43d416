"""Why an initiation interval is out of reach, in the words of the source: names, places, what would help."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from ...core.errors import UserError
from .earliest import Loop, earliest
from .graph import Graph
from .problem import Operation, Problem

_MAX_NAMES = 8  # operations of a loop that a message lists before it shortens


class Infeasible(UserError):
    """No schedule exists under the asked constraints; the text says which of them cannot hold together."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A lower bound of the initiation interval. kind: recurrence, resource, placement or none (ii = 1)."""

    ii: int
    kind: str = "none"
    text: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}" if self.text else self.kind


def min_ii(problem: Problem, asked: int = 1) -> Bound:
    """The larger of the resource and the recurrence bound; its advice aims at the interval `asked`.

    Raises `Infeasible` when no interval will do.
    """
    by_resource = resource_bound(problem, asked)
    by_recurrence = recurrence_bound(problem, by_resource.ii)
    return by_recurrence if by_recurrence.ii > by_resource.ii else by_resource


def explain(problem: Problem, ii: int) -> str:
    """Why `ii` is out of reach, every bound on its own line; empty when neither bound forbids it."""
    bounds = [resource_bound(problem, ii), recurrence_bound(problem, ii)]
    return "\n".join(str(bound) for bound in bounds if bound.ii > ii)


def resource_bound(problem: Problem, asked: int = 1) -> Bound:
    """The bound by the most wanted resource, or from outside; `asked` is the interval that the advice aims at."""
    users: dict[str, list[Operation]] = defaultdict(list)
    for op in problem.operations:
        if op.resource is not None:
            users[op.resource].append(op)
    worst = Bound(problem.least_ii, "resource" if problem.least_ii > 1 else "none", problem.least_ii_text)
    for resource in sorted(users):
        count, limit = len(users[resource]), problem.limits[resource]
        ii = -(-count // limit)
        if ii <= worst.ii:
            continue
        places = ", ".join(dict.fromkeys(str(op.loc) for op in users[resource] if str(op.loc)))
        where = f" ({places})" if places and len(places) < 100 else ""
        uses = f"{count} {_uses_of(resource)}{where}"
        if resource.startswith("memory "):
            ports = f"{limit} port" + ("s" if limit > 1 else "")
            text = f"{uses} with {ports}: II={ii}"
        elif resource.startswith("stream "):
            text = f"{uses}, {limit} a cycle; II={ii} or a wider stream"
        elif resource.startswith("m_axi "):
            text = f"{uses}, {limit} a cycle; II={ii} or wider elements (ap_uint, a struct)"
        else:
            text = f"{uses}, {limit} a cycle; II={ii} or {-(-count // asked)} of them"
        worst = Bound(ii, "resource", text)
    return worst


def _uses_of(resource: str) -> str:
    """`memory w` -> accesses of memory `w`; `memory w (writes)` -> writes of memory `w`; others: uses of it."""
    kind, _, rest = resource.partition(" ")
    if kind not in ("memory", "stream", "m_axi"):
        return f"uses of {resource}"
    name, _, noun = rest.removesuffix(")").partition(" (")
    return f"{noun or 'accesses'} of {kind} `{name}`"


def recurrence_bound(problem: Problem, at_least: int = 1) -> Bound:
    """The least interval >= `at_least` at which no recurrence, chaining delays included, rises for ever."""
    graph = Graph(problem, pipelined=True)
    bound = Bound(at_least)
    while True:
        found = earliest(graph, bound.ii)
        if not isinstance(found, Loop):
            return bound
        ii = found.least_period
        if ii is None:
            raise Infeasible(
                f"no schedule exists: {describe_loop(graph, found)} comes back to the same iteration",
                do="remove the ordering that closes the loop",
            )
        bound = Bound(ii, "recurrence", describe_loop(graph, found))


def describe_loop(graph: Graph, loop: Loop) -> str:
    """`load line (k.cpp:12) -> add -> store (k.cpp:14), 2 cycles over distance 1`, the loop's start first."""
    shift = next((k for k, edge in enumerate(loop.edges) if edge.distance), -1) + 1
    edges = loop.edges[shift:] + loop.edges[:shift]
    names = [graph.operations[edge.source].label for edge in edges]
    if len(names) > _MAX_NAMES:
        half = _MAX_NAMES // 2
        names = [*names[:half], f"... {len(names) - 2 * half} more ...", *names[-half:]]
    path = " -> ".join(names) if len(names) > 1 else f"{names[0]} -> itself"
    if loop.shared:
        least = loop.least_period or 1
        return f"{path}, {least} cycles an iteration together with recurrences that share operations with it"
    cycles = f"{loop.cycles} cycle" + ("s" if loop.cycles != 1 else "")
    return f"{path}, {cycles} over distance {loop.distance}"

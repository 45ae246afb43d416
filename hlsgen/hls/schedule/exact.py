"""Exact search for small problems: the least depth, or the proof that an interval cannot be had.

The earliest labels are a lower bound of every schedule. When too many operations want one resource in one cycle, at
least one of them starts later than its label in every schedule, so branching over which one loses none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from .earliest import Labels, Loop, earliest
from .graph import Graph
from .listing import horizon_cycles, pins_hold


@dataclass(slots=True)
class Search:
    """What a search found. exhausted: nothing was left out, so `labels` None proves that nothing exists."""

    labels: Labels | None
    exhausted: bool


def search_depth(graph: Graph, period: int, least: list[int], known: Labels | None, work: int) -> Search:
    """A schedule shallower than `known` of the least depth, spending at most about `work` label updates.

    Without overlap of iterations `period` is the depth to begin with, and each depth that is tried is the period.
    """
    bounds = earliest(graph, period, least)
    if isinstance(bounds, Loop):
        return Search(None, True)
    lowest = graph.depth(bounds.start)
    beyond = lowest + horizon_cycles(graph, period) + 1 if known is None else graph.depth(known.start)
    nodes = max(work // max(graph.size, 1), 1)
    for depth in range(lowest, beyond):
        attempt = _Descent(graph, period if graph.pipelined else depth, depth, nodes)
        found = attempt.run(least)
        if found is not None or attempt.nodes_left <= 0:
            return Search(found, False)
        nodes = attempt.nodes_left
    return Search(None, True)


class _Descent:
    """Depth-first search for a schedule of at most `depth` cycles."""

    def __init__(self, graph: Graph, period: int, depth: int, nodes: int) -> None:
        self.graph, self.period, self.depth, self.nodes_left = graph, period, depth, nodes
        self.seen: set[tuple[int, ...]] = set()

    def run(self, least: list[int]) -> Labels | None:
        stack: list[tuple[list[int], Labels | None]] = [(least, None)]
        while stack and self.nodes_left > 0:
            self.nodes_left -= 1
            labels = earliest(self.graph, self.period, *stack.pop())
            if isinstance(labels, Loop) or not pins_hold(self.graph, labels):
                continue
            if self.graph.end(labels.start) > self.depth:
                continue
            key = tuple(labels.start)
            if key in self.seen:
                continue
            self.seen.add(key)
            rivals = self._conflict(labels)
            if rivals is None:
                return labels
            for i in rivals:
                if self.graph.operations[i].pinned is None:
                    raised = list(labels.start)
                    raised[i] += 1
                    stack.append((raised, labels))
        return None

    def _conflict(self, labels: Labels) -> list[int] | None:
        """One more operation than the limit, all in the same cycle of the same resource."""
        rows: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        for i, op in enumerate(self.graph.operations):
            if op.resource is not None:
                row = self.graph.row(labels.start[i], self.period)
                rows[op.resource, row].append(i)
        for (resource, _), members in rows.items():
            limit = self.graph.problem.limits[resource]
            if len(members) > limit:
                return members[: limit + 1]
        return None

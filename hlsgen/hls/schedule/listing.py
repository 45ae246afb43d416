"""List scheduling in time order, for straight code and, with rows counted modulo the interval, for pipelines.

One pass places every operation once, the most urgent first, at the earliest cycle that its inputs and a free
slot allow: O((n + e) log n). Constraints that point backwards (recurrences, fixed differences) are met by lower
bounds: a pass that breaks one raises the bounds and is repeated.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from heapq import heappop, heappush

from .earliest import Labels, Loop, earliest, place
from .graph import Graph

_WORK = 2_000_000  # placements after which repeating passes stops
_MOST_PASSES = 400


def list_least(graph: Graph, period: int, urgency: Sequence[float], least: list[int] | None = None) -> Labels | None:
    """`list_schedule` at the interval, or, without one, at the least period for which it succeeds.

    Resources stretch an iteration beyond its least `period`. So what iterations hand over is ignored at first, and
    honoured only if that would pay.
    """
    if graph.pipelined:
        return list_schedule(graph, period, urgency, least)
    ample = sum(op.busy_cycles for op in graph.operations) + sum(abs(edge.weight) for edge in graph.edges)
    labels = list_schedule(graph, period + ample, urgency, least)
    if labels is not None and graph.end(labels.start) < graph.depth(labels.start):
        tight = list_schedule(graph, graph.end(labels.start), urgency, least)
        if tight is not None and graph.depth(tight.start) < graph.depth(labels.start):
            return tight
    return labels


def list_schedule(graph: Graph, period: int, urgency: Sequence[float], least: list[int] | None = None) -> Labels | None:
    """A legal schedule with this period, or None if the passes found none (which proves nothing).

    urgency: larger goes first. least: lower bounds of the starts.
    """
    bounds = earliest(graph, period, least)
    if isinstance(bounds, Loop) or not pins_hold(graph, bounds):
        return None
    limit = max(bounds.start, default=0) + horizon_cycles(graph, period)
    order = _Order(graph, period)
    for _ in range(min(_MOST_PASSES, 4 + _WORK // max(graph.size, 1))):
        labels = _Pass(graph, period, urgency, bounds, order).run()
        if labels is None:
            return None
        raised = _broken(graph, labels, period, bounds, order)
        if raised is None:
            return labels
        following = earliest(graph, period, raised, bounds)
        if isinstance(following, Loop) or not pins_hold(graph, following):
            return None
        bounds = following
        if max(bounds.start, default=0) > limit:
            return None
    return None


def pins_hold(graph: Graph, labels: Labels) -> bool:
    """Whether no operation is beyond the cycle it is pinned to."""
    return all(labels.start[i] <= cycle for i, cycle in graph.pinned)


def pinned_bounds(graph: Graph) -> list[int]:
    """The lower bounds that the pins give."""
    return [op.pinned or 0 for op in graph.operations]


def horizon_cycles(graph: Graph, period: int) -> int:
    """Cycles by which limited resources may stretch a schedule beyond its earliest starts."""
    limited = sum(op.resource is not None for op in graph.operations)
    return limited * (period if graph.pipelined else 1) + 1


def urgency_by_height(graph: Graph) -> list[float]:
    """Time (ns) from each operation to the end of the iteration; members of recurrences go before all others."""
    clock = graph.problem.clock_ns
    height = [0.0] * graph.size
    for i in reversed(graph.order):
        tallest = 0.0
        for edge in graph.outputs[i]:
            if graph.is_forward(edge) and not edge.distance:
                through = graph.through_ns[i] if edge.chain else clock * edge.weight + edge.arrival_ns
                tallest = max(tallest, height[edge.target] + through)
        height[i] = tallest
    if graph.pipelined:
        beyond = max(height, default=0.0) + 1.0
        for members in graph.components:
            if len(members) > 1:
                for i in members:
                    height[i] += beyond
    return height


class _Order:
    """Which operations wait for which to be placed. blocked: by each; pending: how many they wait for; loose: those
    with inputs that are not waited for."""

    def __init__(self, graph: Graph, period: int) -> None:
        self.pending = [0] * graph.size
        self.blocked: list[list[int]] = [[] for _ in range(graph.size)]
        loose = set()
        for edge in graph.edges:
            if graph.is_forward(edge) and edge.weight >= period * edge.distance:
                self.pending[edge.target] += 1
                self.blocked[edge.source].append(edge.target)
            else:
                loose.add(edge.target)
        self.loose = sorted(loose)


class _Pass:
    """One sweep through the cycles."""

    def __init__(self, graph: Graph, period: int, urgency: Sequence[float], bounds: Labels, order: _Order) -> None:
        self.graph, self.period, self.bounds = graph, period, bounds
        self.urgency = urgency
        self.labels = Labels(list(bounds.start), list(bounds.arrival_ns), list(bounds.finish_ns))
        self.pending, self.blocked = list(order.pending), order.blocked
        self.used: defaultdict[tuple[str, int], int] = defaultdict(int)
        for op in graph.operations:
            if op.pinned is not None and op.resource is not None:
                self.used[op.resource, graph.row(op.pinned, period)] += 1
        self.calendar: defaultdict[int, list[int]] = defaultdict(list)
        self.cycles: list[int] = []
        self.now: list[tuple[float, int]] = []
        self.waiting: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)  # no empty lists

    def run(self) -> Labels | None:
        """Place everything; None when a pinned operation cannot have its cycle."""
        graph = self.graph
        for resource, count in self.used.items():
            if count > graph.problem.limits[resource[0]]:
                return None
        for i in graph.order:
            if not self.pending[i]:
                self._release(i, -1)
        cycle = -1
        while self.cycles or self.waiting:
            cycle = cycle + 1 if self.waiting else self.cycles[0]
            if not self._fill(cycle):
                return None
        return self.labels

    def _release(self, i: int, cycle: int) -> None:
        """Every blocking input of i is placed: enter it where it may start."""
        labels = self.labels
        at, moment, _ = place(self.graph, labels, i, self.period, self.bounds.start[i])
        labels.start[i], labels.arrival_ns[i] = at, moment
        labels.finish_ns[i] = moment + self.graph.through_ns[i]
        if at == cycle:
            heappush(self.now, (-self.urgency[i], i))
        else:
            if at not in self.calendar:
                heappush(self.cycles, at)
            self.calendar[at].append(i)

    def _fill(self, cycle: int) -> bool:
        """Place what goes into one cycle."""
        graph, labels, row = self.graph, self.labels, self.graph.row(cycle, self.period)
        if self.cycles and self.cycles[0] == cycle:
            heappop(self.cycles)
            for i in self.calendar.pop(cycle):
                heappush(self.now, (-self.urgency[i], i))
        for resource, queue in list(self.waiting.items()):
            free = graph.problem.limits[resource] - self.used[resource, row]
            if free >= len(queue):
                del self.waiting[resource]
            for _ in range(min(free, len(queue))):
                entry = heappop(queue)
                labels.start[entry[1]], labels.arrival_ns[entry[1]] = cycle, graph.floor_ns
                labels.finish_ns[entry[1]] = graph.floor_ns + graph.through_ns[entry[1]]
                heappush(self.now, entry)
        while self.now:
            entry = heappop(self.now)
            i = entry[1]
            op = graph.operations[i]
            if op.pinned is not None:
                if cycle != op.pinned:
                    return False
            elif op.resource is not None:
                if self.used[op.resource, row] >= graph.problem.limits[op.resource]:
                    heappush(self.waiting[op.resource], entry)
                    continue
                self.used[op.resource, row] += 1
            for target in self.blocked[i]:
                self.pending[target] -= 1
                if not self.pending[target]:
                    self._release(target, cycle)
        return True


def _broken(graph: Graph, labels: Labels, period: int, bounds: Labels, order: _Order) -> list[int] | None:
    """Lower bounds raised where backward constraints are broken; None when all hold."""
    least = list(bounds.start)
    broken = False
    for i in order.loose:  # the others were placed behind all their inputs
        cycle, moment, critical = place(graph, labels, i, period, labels.start[i])
        if cycle > labels.start[i] or moment > labels.arrival_ns[i]:
            broken = True
            least[i] = max(least[i], cycle)
            if critical is not None:
                least[critical.source] = max(least[critical.source], labels.start[critical.source])
    return least if broken else None

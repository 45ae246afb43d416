"""Earliest starts: the least solution of all dependences with chaining, without resources.

A label is (cycle, arrival in ns), ordered lexicographically. Every constraint is a monotone function from
the source's label to a lower bound of the target's, so the least solution exists, is reached by raising labels,
and is a lower bound of every schedule. A constraint loop that raises itself for ever is returned as a `Loop`:
it bounds the period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .graph import Edge, Graph
from .problem import TIMING_TOLERANCE_NS


@dataclass(slots=True)
class Labels:
    """Per numbered operation: start cycle, arrival of its inputs, finish of a combinational result (ns)."""

    start: list[int]
    arrival_ns: list[float]
    finish_ns: list[float]


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop of edges that needs `cycles` for every `distance` iterations, whatever the resources. shared: not by
    itself, but with other loops through its operations, which chain in the wrong places."""

    edges: tuple[Edge, ...]
    cycles: int
    distance: int
    shared: bool = False

    @property
    def least_period(self) -> int | None:
        """The least period that the loop allows; None when none does."""
        return -(-self.cycles // self.distance) if self.distance else None


def place(graph: Graph, labels: Labels, i: int, period: int, least: int) -> tuple[int, float, Edge | None]:
    """Earliest (cycle, arrival) of operation i after its inputs and `least`, and the edge that decides."""
    cycle, moment, critical = least, graph.floor_ns, None
    start, finish = labels.start, labels.finish_ns
    for source, weight, distance, arrival_ns, edge in graph.waits[i]:
        at = start[source] + weight
        if distance:
            at -= period * distance
        if at < cycle:
            continue
        when = finish[source] if arrival_ns is None else arrival_ns
        if at > cycle:
            cycle, moment, critical = at, max(when, graph.floor_ns), edge
        elif when > moment:
            moment, critical = when, edge
    if not fits(graph, i, moment):
        cycle, moment = cycle + 1, graph.floor_ns
    return cycle, moment, critical


def fits(graph: Graph, i: int, moment: float) -> bool:
    """Whether operation i may use inputs of time `moment`: they fit, or are registers, or it adds no delay."""
    own = graph.own_ns[i]
    if own <= 0 or moment <= graph.floor_ns + TIMING_TOLERANCE_NS:
        return True
    return moment + own <= graph.end_ns[i] + TIMING_TOLERANCE_NS


def earliest(graph: Graph, period: int, least: list[int] | None = None, known: Labels | None = None) -> Labels | Loop:
    """Earliest labels with this period, every operation not before `least`; a `Loop` if there are none.

    known: the earliest labels for lower bounds that are nowhere above `least`; only what is beyond them is looked at.
    """
    floor, through = graph.floor_ns, graph.through_ns
    least = least or [0] * graph.size
    if known is None:
        labels = Labels(list(least), [floor] * graph.size, [floor + own for own in through])
        work = _Work(graph, labels, period, least, [True] * graph.size)
    else:
        labels = Labels(list(known.start), list(known.arrival_ns), list(known.finish_ns))
        work = _Work(graph, labels, period, least, [False] * graph.size)
        for i in range(graph.size):
            if least[i] > labels.start[i]:
                work.set(i, least[i], floor)
    for members, alone in graph.groups:
        if alone:
            if work.stale[members[0]]:
                work.raise_one(members[0])
        elif any(work.stale[i] for i in members):
            loop = _settle(work, members)
            if loop is not None:
                return loop
    return labels


class _Work:
    """Labels on their way up. stale: operations of which an input has risen since they were looked at."""

    def __init__(self, graph: Graph, labels: Labels, period: int, least: list[int], stale: list[bool]) -> None:
        self.graph, self.labels, self.period, self.least, self.stale = graph, labels, period, least, stale
        self.parent: list[Edge | None] = [None] * graph.size

    def set(self, i: int, cycle: int, moment: float) -> None:
        self.labels.start[i], self.labels.arrival_ns[i] = cycle, moment
        self.labels.finish_ns[i] = moment + self.graph.through_ns[i]
        for target in self.graph.targets[i]:
            self.stale[target] = True

    def raise_one(self, i: int) -> bool:
        """Whether operation i has to rise; it does."""
        self.stale[i] = False
        labels = self.labels
        cycle, moment, critical = place(self.graph, labels, i, self.period, self.least[i])
        if cycle < labels.start[i] or (cycle == labels.start[i] and moment <= labels.arrival_ns[i]):
            return False
        self.parent[i] = critical
        self.set(i, cycle, moment)
        return True


def _settle(work: _Work, members: list[int]) -> Loop | None:
    """Sweep one component in forward order until nothing rises, or a loop is proved to rise for ever.

    Loops that share operations may rise in turns, though none of them would alone. Then the labels repeat, shifted;
    when nothing outside the component had a say in between, they do so for ever.
    """
    labels, period, parent, component_of = work.labels, work.period, work.parent, work.graph.component_of
    component = component_of[members[0]]
    before: list[tuple[int, float]] = []
    sweeps, next_picture, inside = 0, 8, False
    while True:
        rises = False
        for i in members:
            if work.stale[i] and work.raise_one(i):
                critical = parent[i]
                rises = True
                inside &= critical is not None and component_of[critical.source] == component
        if not rises:
            return None
        loop = _rising_loop(work.graph, members, period, parent)
        if loop is not None:
            return loop
        sweeps += 1
        if inside and _repeats(labels, members, before):
            return _tightest(members, period, parent)
        if sweeps == next_picture:
            before = [(labels.start[i], labels.arrival_ns[i]) for i in members]
            next_picture, inside = 2 * next_picture, True


def _repeats(labels: Labels, members: list[int], before: list[tuple[int, float]]) -> bool:
    """The labels are what they were, all of them the same number of cycles later."""
    shift = labels.start[members[0]] - before[0][0]
    return shift > 0 and all(
        labels.start[i] == start + shift and labels.arrival_ns[i] == arrival
        for i, (start, arrival) in zip(members, before, strict=True)
    )


def _tightest(members: list[int], period: int, parent: list[Edge | None]) -> Loop:
    """A loop of deciding edges among labels that all rise: it needs more than the period together with others."""
    seen: dict[int, int] = {}
    edges: list[Edge] = []
    i = members[0]
    while i not in seen:
        seen[i] = len(edges)
        edge = parent[i]
        assert edge is not None
        edges.append(edge)
        i = edge.source
    turn = tuple(reversed(edges[seen[i] :]))
    distance = max(sum(edge.distance for edge in turn), 1)
    return Loop(turn, period * distance + 1, distance, shared=True)


def _rising_loop(graph: Graph, members: list[int], period: int, parent: list[Edge | None]) -> Loop | None:
    """A loop of deciding edges that does not come back to where it started."""
    state = dict.fromkeys(members, 0)  # 0 new, otherwise the walk that visited it
    for walk, first in enumerate(members, start=1):
        i = first
        while state.get(i) == 0:
            state[i] = walk
            edge = parent[i]
            if edge is None:
                break
            i = edge.source
        else:
            if state.get(i) == walk:
                loop = _measure(graph, i, parent)
                if loop.cycles > period * loop.distance:
                    return loop
    return None


def _measure(graph: Graph, last: int, parent: list[Edge | None]) -> Loop:
    """The loop of deciding edges through `last`, with the cycles that one turn takes once it is under way."""
    edges: list[Edge] = []
    i = last
    while not edges or i != last:
        edge = parent[i]
        assert edge is not None
        edges.append(edge)
        i = edge.source
    edges.reverse()
    # Begin behind an edge that sets the arrival, so that every turn is the same.
    cut = next((k for k, edge in enumerate(edges) if not edge.chain), 0) + 1
    turn = edges[cut:] + edges[:cut]
    return Loop(tuple(turn), _turn_cycles(graph, turn), sum(edge.distance for edge in turn))


def _turn_cycles(graph: Graph, turn: Sequence[Edge]) -> int:
    """Cycles that a turn of the loop takes, chaining included."""
    cycle, moment = 0, graph.floor_ns
    before = 0
    for _ in range(2):
        before = cycle
        for edge in turn:
            if edge.chain:
                moment += graph.through_ns[edge.source]
            else:
                cycle, moment = cycle + edge.weight, max(edge.arrival_ns, graph.floor_ns)
            if not fits(graph, edge.target, moment):
                cycle, moment = cycle + 1, graph.floor_ns
    return cycle - before

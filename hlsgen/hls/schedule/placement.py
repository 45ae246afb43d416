"""Registers: among schedules of the same depth, one whose values wait for fewer bit-cycles.

The cycles that each dependence crosses now decide what may chain, so the starts obey difference constraints alone
and any solution keeps the timing: an edge that chains may open, one that crosses a register stays crossing. The cost,
bits times cycles to the last use, is linear: a linear program over a totally unimodular matrix, solved in integers by
the simplex method. Large problems are improved operation by operation instead; that also finds new chains.
Operations on a limited resource keep their cycle in the program; the second method moves them to free rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from heapq import heapify, heappop, heappush

import highspy
import numpy as np

from .earliest import Labels, place
from .graph import Graph

LARGEST_PROGRAM = 25_000  # operations; the simplex method takes 4 s for 20,000 of them and saves a quarter of the bits
_SWEEPS = 4


def reduce_registers(graph: Graph, labels: Labels, period: int) -> Labels:
    """A schedule of the same depth and interval with at most the register bits of `labels`."""
    if not any(graph.problem.value_bits.values()):
        return labels
    depth = graph.depth(labels.start)
    if not graph.pipelined:
        period = depth
    if graph.size <= LARGEST_PROGRAM:
        labels = _linear_program(graph, labels, period, depth)
    return _Sinking(graph, labels, period, depth).run()


class Values:
    """Widths and uses of the results, by number, and how long they wait while operations move."""

    def __init__(self, graph: Graph, period: int, start: list[int]) -> None:
        self.bits = [graph.problem.value_bits.get(op.id, 0) for op in graph.operations]
        self.latency = [op.latency for op in graph.operations]
        self.start = start
        self.uses: list[dict[int, int]] = [{} for _ in range(graph.size)]  # value -> {user: cycles it is away}
        self.reads: list[list[int]] = [[] for _ in range(graph.size)]
        for d in graph.problem.dependences:
            source, target = graph.index[d.source], graph.index[d.target]
            if d.data and self.bits[source]:
                if target not in self.uses[source]:
                    self.reads[target].append(source)
                self.uses[source][target] = max(self.uses[source].get(target, 0), period * d.distance)
        self._latest: list[list[tuple[int, int]] | None] = [None] * graph.size  # heaps of (-cycle of use, user)

    def cost(self) -> int:
        """Bits times cycles that all values wait."""
        return sum(self.wait(i, -1) * bits for i, bits in enumerate(self.bits))

    def wait(self, i: int, without: int) -> int:
        """Cycles between the value of i and its last use, that by `without` left out."""
        ready = self.start[i] + self.latency[i]
        last = self.last_use(i, without)
        return 0 if last is None else last - ready

    def last_use(self, i: int, without: int) -> int | None:
        """The cycle in which i is used last. Values may have thousands of uses: the latest are kept in a heap."""
        heap = self._latest[i]
        if heap is None:
            heap = self._latest[i] = [(-self.start[user] - away, user) for user, away in self.uses[i].items()]
            heapify(heap)
        mine = None
        while heap:
            cycle, user = heap[0]
            if cycle != -self.start[user] - self.uses[i][user]:
                heappop(heap)  # it has moved since
            elif user == without:
                mine = heappop(heap)
            else:
                break
        last = -heap[0][0] if heap else None
        if mine is not None:
            heappush(heap, mine)
        return last

    def moved(self, user: int) -> None:
        """`start` of an operation has changed."""
        for value in self.reads[user]:
            heap = self._latest[value]
            if heap is not None:
                heappush(heap, (-self.start[user] - self.uses[value][user], user))


def _linear_program(graph: Graph, labels: Labels, period: int, depth: int) -> Labels:
    start = labels.start
    values = Values(graph, period, start)
    size = graph.size
    wanted = Counter(op.resource for op in graph.operations if op.resource is not None)
    lower = np.zeros(2 * size)
    upper = np.empty(2 * size)
    cost = np.zeros(2 * size)
    for i, op in enumerate(graph.operations):
        scarce = op.resource is not None and wanted[op.resource] > graph.problem.limits[op.resource]
        fixed = scarce or op.pinned is not None
        lower[i] = start[i] if fixed else 0
        upper[i] = start[i] if fixed else depth - op.busy_cycles
        upper[size + i] = np.inf  # the cycle of the last use of the value
        if values.uses[i]:
            cost[i] = -values.bits[i]
            cost[size + i] = values.bits[i]
    rows: list[tuple[int, int, int]] = []  # variable, variable, least difference
    for edge in graph.edges:
        least = 0 if edge.chain else edge.weight - period * edge.distance
        crosses = start[edge.target] - start[edge.source] > least
        holds = edge.chain or edge.arrival_ns > graph.floor_ns
        rows.append((edge.target, edge.source, least + (crosses and holds)))
    rows += [(size + i, target, away) for i in range(size) for target, away in values.uses[i].items()]
    rows += [(size + i, i, graph.operations[i].latency) for i in range(size) if values.uses[i]]
    rows = [row for row in rows if row[0] != row[1]]
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = 2 * size, len(rows)
    program.col_cost_, program.col_lower_, program.col_upper_ = cost, lower, upper
    program.row_lower_ = np.array([least for _, _, least in rows], dtype=float)
    program.row_upper_ = np.full(len(rows), np.inf)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.arange(0, 2 * len(rows) + 1, 2)
    program.a_matrix_.index_ = np.array([[a, b] for a, b, _ in rows], dtype=np.int32).ravel()
    program.a_matrix_.value_ = np.tile([1.0, -1.0], len(rows))
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(program)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return labels
    solution = np.rint(np.array(solver.getSolution().col_value[:size])).astype(int).tolist()
    return timed(graph, solution, period)


def timed(graph: Graph, start: list[int], period: int) -> Labels:
    """Labels with these starts and the arrivals that follow from them."""
    labels = Labels(list(start), [graph.floor_ns] * graph.size, [0.0] * graph.size)
    for i in graph.order:
        _, moment, _ = place(graph, labels, i, period, start[i])
        labels.arrival_ns[i] = moment
        labels.finish_ns[i] = moment + graph.through_ns[i]
    return labels


class _Sinking:
    """Moves single operations to the cycle where they cost least, last ones first, until no move helps.

    Later for loads and wide results, earlier for operations whose operands are wider than their result. A move may
    join a chain if all chained consumers still meet the clock.
    """

    def __init__(self, graph: Graph, labels: Labels, period: int, depth: int) -> None:
        self.graph, self.labels, self.period, self.depth = graph, labels, period, depth
        self.values = Values(graph, period, labels.start)
        self.used: defaultdict[tuple[str, int], int] = defaultdict(int)
        for i, op in enumerate(graph.operations):
            if op.resource is not None:
                self.used[self._slot(i, labels.start[i])] += 1

    def _slot(self, i: int, cycle: int) -> tuple[str, int]:
        return self.graph.operations[i].resource or "", self.graph.row(cycle, self.period)

    def run(self) -> Labels:
        for _ in range(_SWEEPS):
            moved = False
            for i in reversed(self.graph.order):
                if self.graph.operations[i].pinned is None:
                    moved |= self._improve(i)
            if not moved:
                break
        return self.labels

    def _improve(self, i: int) -> bool:
        low, high = self._window(i)
        now = self.labels.start[i]
        if low >= high:
            return False
        cost = self._cost_of(i)
        best = cost(now)
        rated = sorted((cost(cycle), -cycle) for cycle in self._candidates(i, low, high))
        for rate, minus in rated:
            if rate >= best:
                return False
            if self._free(i, -minus) and self._moves(i, -minus):
                self.values.moved(i)
                return True
        return False

    def _window(self, i: int) -> tuple[int, int]:
        """Cycles that the neighbours' present cycles allow, chaining with them included."""
        start, period = self.labels.start, self.period
        low, high = 0, self.depth - self.graph.operations[i].busy_cycles
        for edge in self.graph.inputs[i]:
            if edge.source != i:
                low = max(low, start[edge.source] + (0 if edge.chain else edge.weight - period * edge.distance))
        for edge in self.graph.outputs[i]:
            if edge.target != i:
                high = min(high, start[edge.target] - (0 if edge.chain else edge.weight - period * edge.distance))
        return low, high

    def _candidates(self, i: int, low: int, high: int) -> set[int]:
        """Cycles where the cost can be least: it is piecewise linear, with knees at the neighbours' last uses."""
        values = self.values
        knees = {low, low + 1, high - 1, high}
        for source in values.reads[i]:
            latest = values.last_use(source, without=i)
            if latest is not None:
                away = values.uses[source][i]
                knees |= {latest - away, latest - away + 1}
        if self.graph.operations[i].resource is not None:
            knees |= set(range(max(low, high - 8), high + 1))
        return {cycle for cycle in knees if low <= cycle <= high and cycle != self.labels.start[i]}

    def _cost_of(self, i: int) -> Callable[[int], int]:
        """Bit-cycles of the values that i makes and reads, by the cycle that i is in."""
        values, start = self.values, self.labels.start
        mine = values.bits[i] if values.uses[i] else 0
        own = values.uses[i].get(i)  # a value that its own operation uses in a later iteration waits as ever
        last = values.last_use(i, without=i) if mine else None
        ready = values.latency[i]
        terms = []
        for source in values.reads[i]:
            if source != i:
                other = values.last_use(source, without=i)
                least = start[source] + values.latency[source]
                terms.append((values.bits[source], values.uses[source][i], least if other is None else other))

        def cost(cycle: int) -> int:
            total = 0
            if mine:
                wait = 0 if last is None else last - cycle - ready
                total = mine * max(wait, 0 if own is None else own - ready, 0)
            for bits, away, other in terms:
                total += bits * max(cycle + away, other)
            return total

        return cost

    def _free(self, i: int, cycle: int) -> bool:
        op = self.graph.operations[i]
        if op.resource is None or self._slot(i, cycle) == self._slot(i, self.labels.start[i]):
            return True
        return self.used[self._slot(i, cycle)] < self.graph.problem.limits[op.resource]

    def _moves(self, i: int, cycle: int) -> bool:
        """Move i if every path that changes still fits; leave everything as it was otherwise."""
        labels, graph = self.labels, self.graph
        before = labels.start[i]
        undo: list[tuple[int, float]] = []
        labels.start[i] = cycle
        work = [i, *(edge.target for edge in graph.outputs[i])]
        legal = True
        while work and legal:
            j = work.pop(0)
            at, moment, _ = place(graph, labels, j, self.period, labels.start[j])
            if at != labels.start[j]:
                legal = False
            elif moment != labels.arrival_ns[j]:
                undo.append((j, labels.arrival_ns[j]))
                labels.arrival_ns[j] = moment
                labels.finish_ns[j] = moment + graph.through_ns[j]
                work += [edge.target for edge in graph.outputs[j] if edge.chain]
        if legal:
            if graph.operations[i].resource is not None:
                self.used[self._slot(i, before)] -= 1
                self.used[self._slot(i, cycle)] += 1
            return True
        labels.start[i] = before
        for j, moment in reversed(undo):
            labels.arrival_ns[j] = moment
            labels.finish_ns[j] = moment + graph.through_ns[j]
        return False

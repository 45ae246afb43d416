"""The constraint graph of a problem, as plain lists: what all solvers walk.

Operations are numbered 0 .. n-1 here. An edge says when its target may start at the earliest:
`chain` edges (combinational result, same iteration): in the source's cycle, at its finish time;
others: `weight - period * distance` cycles after the source's start, inputs there at `arrival_ns`.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import add

from .problem import Problem
from .result import required_gap


@dataclass(frozen=True, slots=True)
class Edge:
    """Constraint between two numbered operations; `arrival_ns` of chain edges is not used."""

    source: int
    target: int
    weight: int
    distance: int
    chain: bool
    arrival_ns: float


class Graph:
    """Edges by source and target, strongly connected components in topological order, and a forward order.

    Solvers take the `period` of iterations: the interval of a pipeline, else the cycles of an iteration.
    """

    def __init__(self, problem: Problem, pipelined: bool) -> None:
        operations = problem.operations
        self.problem, self.operations, self.pipelined = problem, operations, pipelined
        self.index = {op.id: i for i, op in enumerate(operations)}
        self.size = len(operations)
        self.floor_ns = problem.clk_to_q_ns
        self.own_ns = [op.in_delay_ns if op.latency else op.delay_ns for op in operations]
        register_end = problem.clock_ns - problem.setup_ns
        self.end_ns = [problem.clock_ns if op.latency else register_end for op in operations]
        self.through_ns = [0.0 if op.latency else op.delay_ns for op in operations]
        self.busy_cycles = [op.busy_cycles for op in operations]
        self.pinned = [(i, op.pinned) for i, op in enumerate(operations) if op.pinned is not None]
        self.edges: list[Edge] = []
        for d in problem.dependences:
            source = operations[self.index[d.source]]
            chain = d.data and d.distance == 0 and source.latency == 0
            ends = self.index[d.source], self.index[d.target]
            if chain:
                self.edges.append(Edge(*ends, 0, 0, True, 0.0))
                if (d.gap or 0) > 0:
                    self.edges.append(Edge(*ends, d.gap or 0, 0, False, 0.0))
            else:
                gap = required_gap(d, source, pipelined)
                waits = source.out_delay_ns if d.data and source.latency == gap else 0.0
                self.edges.append(Edge(*ends, gap, d.distance, False, waits))
        self.inputs: list[list[Edge]] = [[] for _ in operations]
        self.outputs: list[list[Edge]] = [[] for _ in operations]
        for edge in self.edges:
            self.inputs[edge.target].append(edge)
            self.outputs[edge.source].append(edge)
        # What `earliest.place` walks: source, weight, distance, arrival (None of a chain), edge.
        self.waits = [[(e.source, e.weight, e.distance, None if e.chain else e.arrival_ns, e) for e in edges]
                      for edges in self.inputs]  # fmt: skip
        self.targets = [tuple({edge.target for edge in edges}) for edges in self.outputs]
        self.components = strong_components(self.size, self.outputs)
        self.component_of = [0] * self.size
        for number, members in enumerate(self.components):
            for i in members:
                self.component_of[i] = number
        self.rank = self._forward_rank()
        self.order = sorted(range(self.size), key=self.rank.__getitem__)
        # Components in the forward order, and whether they are a single operation that does not wait for itself.
        ordered = [sorted(members, key=self.rank.__getitem__) for members in self.components]
        self.groups = [(each, len(each) == 1 and each[0] not in self.targets[each[0]]) for each in ordered]

    def is_forward(self, edge: Edge) -> bool:
        """Whether the edge follows the forward order; every chain edge does."""
        return self.rank[edge.source] < self.rank[edge.target]

    def _forward_rank(self) -> list[int]:
        """A total order: by component; inside one by chain edges and, if possible, all of distance 0."""
        inner: list[list[Edge]] = [[] for _ in range(self.size)]
        chains: list[list[Edge]] = [[] for _ in range(self.size)]
        for edge in self.edges:
            if self.component_of[edge.source] == self.component_of[edge.target] and not edge.distance:
                if edge.weight >= 0:
                    inner[edge.source].append(edge)
                if edge.chain or edge.weight > 0:
                    chains[edge.source].append(edge)
        tight = [0] * self.size
        groups = strong_components(self.size, inner)
        for number, members in enumerate(groups):
            for i in members:
                tight[i] = number
        chain_rank = [0] * self.size
        for number, members in enumerate(strong_components(self.size, chains)):
            for i in members:
                chain_rank[i] = number
        keys = sorted(range(self.size), key=lambda i: (self.component_of[i], tight[i], chain_rank[i], i))
        rank = [0] * self.size
        for position, i in enumerate(keys):
            rank[i] = position
        return rank

    def row(self, cycle: int, period: int) -> int:
        """The row of the reservation table that a start in `cycle` occupies."""
        return cycle % period if self.pipelined else cycle

    def end(self, start: list[int]) -> int:
        """The cycle after the last one that these starts keep busy."""
        return max(map(add, start, self.busy_cycles), default=1)

    def depth(self, start: list[int]) -> int:
        """Cycles of one iteration; without overlap, long enough for what it hands to the next one."""
        depth = self.end(start)
        if not self.pipelined:
            for edge in self.edges:
                if edge.distance:
                    wait = start[edge.source] + edge.weight - start[edge.target]
                    depth = max(depth, -(-wait // edge.distance))
        return depth


def strong_components(size: int, outputs: list[list[Edge]]) -> list[list[int]]:
    """Strongly connected components, sources first (Tarjan, without recursion)."""
    number = [-1] * size
    low = [0] * size
    on_stack = [False] * size
    stack: list[int] = []
    found: list[list[int]] = []
    count = 0
    for root in range(size):
        if number[root] >= 0:
            continue
        number[root] = low[root] = count
        count += 1
        stack.append(root)
        on_stack[root] = True
        work = [(root, iter(outputs[root]))]
        while work:
            i, edges = work[-1]
            for edge in edges:
                j = edge.target
                if number[j] < 0:
                    number[j] = low[j] = count
                    count += 1
                    stack.append(j)
                    on_stack[j] = True
                    work.append((j, iter(outputs[j])))
                    break
                if on_stack[j]:
                    low[i] = min(low[i], number[j])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[i])
                if low[i] == number[i]:
                    members = []
                    while True:
                        j = stack.pop()
                        on_stack[j] = False
                        members.append(j)
                        if j == i:
                            break
                    found.append(members)
    found.reverse()
    return found

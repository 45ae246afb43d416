"""How many cycles a call takes, at least and at most, from the schedule alone: waiting for streams is not in it.

The loops of a function are collapsed from the inside out; what is left of a loop body, and of the function, is an
acyclic graph of blocks and collapsed loops whose shortest and longest way through is counted, and for loops the mean:
branches go either way as often, but numbers seldom equal a constant (Wu, Larus, "Static Branch Frequency and Program
Profile Analysis", 1994).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from types import MappingProxyType

from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.cdfg.ir import Branch, Kind, Loop
from hlsgen.hls.graph import reverse_post_order


@dataclass(frozen=True, slots=True)
class Cycles:
    """`most` is None when a trip count is not known, from the code or from LOOP_TRIPCOUNT."""

    least: int
    most: int | None

    def __add__(self, other: Cycles) -> Cycles:
        return Cycles(self.least + other.least, _add(self.most, other.most))

    def either(self, other: Cycles) -> Cycles:
        most = None if self.most is None or other.most is None else max(self.most, other.most)
        return Cycles(min(self.least, other.least), most)

    def times(self, least: int, most: int | None) -> Cycles:
        return Cycles(self.least * least, None if self.most is None or most is None else self.most * most)


@dataclass(frozen=True, slots=True)
class Latency:
    """call: of the whole function. loops: by header, from entering to leaving; iterations: of the body, once.

    means: of a loop, infinite where a trip count is not known; intervals: from an iteration to the next, on average.
    """

    call: Cycles
    loops: dict[str, Cycles]
    iterations: dict[str, Cycles]
    means: dict[str, float]
    intervals: dict[str, float]


def latency_of(scheduled: ScheduledFunction, called: Mapping[str, Cycles] = MappingProxyType({})) -> Latency:
    """Cycles of a call of a scheduled function. called: those of functions with modules of their own, by function."""
    return _Reckoning(scheduled, called).run()


_EQUAL = 0.16  # how often a number equals a constant
HANDSHAKE = Cycles(1, 1)  # from a call in one module to its start in another, and back


def _add(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def _middle(cycles: Cycles) -> float:
    return inf if cycles.most is None else (cycles.least + cycles.most) / 2


class _Reckoning:
    def __init__(self, scheduled: ScheduledFunction, called: Mapping[str, Cycles]) -> None:
        self.scheduled, self.function = scheduled, scheduled.function
        self.iterations: dict[str, Cycles] = {}
        self.intervals: dict[str, float] = {}
        self.inside: dict[str, str] = {}  # block -> header of the innermost collapsed loop around it
        self.cost: dict[str, Cycles] = {
            label: Cycles(block.depth, block.depth) for label, block in scheduled.blocks.items()
        }
        waits = {f"{unit.name}_done": called[unit.function] for unit in self.function.units if unit.function in called}
        for label, block in self.function.blocks.items():
            for id in block.ops:
                if (cycles := waits.get(self.function.ops[id].object)) is not None:
                    self.cost[label] += cycles + HANDSHAKE
        self.mean = {label: _middle(cost) for label, cost in self.cost.items()}

    def run(self) -> Latency:
        loops = {}
        for loop in sorted(self.function.loops.values(), key=lambda loop: len(loop.blocks)):
            loops[loop.header] = self.collapse(loop)
        ends = [label for label, block in self.function.blocks.items() if not block.end.targets()]
        ways = self.ways(self.function.entry, frozenset(self.function.blocks))
        found = [ways[self.outer(end)] for end in ends if self.outer(end) in ways]
        call = _any(found) if found else Cycles(0, None)
        means = {header: self.mean[header] for header in loops}
        return Latency(call, loops, self.iterations, means, self.intervals)

    def outer(self, label: str) -> str:
        """The node that stands for a block: itself, or the header of the outermost loop collapsed so far."""
        while label in self.inside and self.inside[label] != label:
            label = self.inside[label]
        return label

    def collapse(self, loop: Loop) -> Cycles:
        block = self.scheduled.blocks[loop.header]
        if block.loop is not None:
            least, most = loop.trips or (1, None)
            once = self.iterations[loop.header] = Cycles(block.depth, block.depth)
            more = Cycles(block.ii, block.ii).times(max(0, least - 1), None if most is None else max(0, most - 1))
            total = once + more
            mean, interval = inf if total.most is None else total.most, float(block.ii)
        else:
            total, interval = self.plain(loop), self.mean_way(loop)
            mean = interval * loop.trips[1] if loop.trips else inf
        for label in loop.blocks:
            if self.outer(label) == label:
                self.inside[label] = loop.header
        self.cost[loop.header], self.mean[loop.header], self.intervals[loop.header] = total, mean, interval
        return total

    def plain(self, loop: Loop) -> Cycles:
        """A loop that is not pipelined: whole iterations, and the way from the header to where it is left."""
        blocks = self.function.blocks
        ways = self.ways(loop.header, loop.blocks)
        latches = [label for label in loop.blocks if loop.header in blocks[label].end.targets()]
        leaving = [label for label in loop.blocks if any(t not in loop.blocks for t in blocks[label].end.targets())]
        iteration = self.iterations[loop.header] = _any([ways[self.outer(label)] for label in latches])
        last = _any([ways[self.outer(label)] for label in leaving]) if leaving else Cycles(0, None)
        if loop.trips is None:
            return Cycles(last.least, None)
        least, most = (max(0, trip - bool(set(leaving) & set(latches))) for trip in loop.trips)
        early = bool(set(leaving) - set(latches)) and bool(set(leaving) & set(latches))
        return iteration.times(0 if early else least, most) + last

    def mean_way(self, loop: Loop) -> float:
        """Cycles of an iteration after which there is another, each way weighed by how often branches go it."""
        nodes = self.nodes(loop.header, loop.blocks)
        shares = dict.fromkeys(nodes, 0.0) | {loop.header: 1.0}
        for node in reverse_post_order(nodes, loop.header):
            chances = {target: self.chance(node, target) for target in nodes[node]}
            for target, chance in chances.items():
                if target != loop.header:
                    shares[target] += shares[node] * chance / sum(chances.values())
        return sum(share * self.mean[node] for node, share in shares.items() if share)

    def chance(self, node: str, target: str) -> float:
        """That a way goes from a node to one of its successors, as far as the test alone tells."""
        end = self.function.blocks[node].end
        if node in self.inside or not isinstance(end, Branch):
            return 1.0
        test = self.function.ops[end.condition]
        if test.predicate not in ("eq", "ne") or all(
            self.function.ops[arg].kind is not Kind.CONST for arg in test.args
        ):
            return 0.5
        equal = end.if_one if test.predicate == "eq" else end.if_zero
        return _EQUAL if self.outer(equal) == target else 1 - _EQUAL

    def nodes(self, start: str, within: frozenset[str]) -> dict[str, list[str]]:
        """The successors of each node, `start` where they go round."""
        successors: dict[str, list[str]] = {}
        for label in within:
            node = self.outer(label)
            targets = successors.setdefault(node, [])
            for target in self.function.blocks[label].end.targets():
                if target in within and (target == start or self.outer(target) != node):
                    targets.append(self.outer(target))
        return {node: list(dict.fromkeys(targets)) for node, targets in successors.items()}

    def ways(self, start: str, within: frozenset[str]) -> dict[str, Cycles]:
        """Node -> cycles from the start of `start` to the end of the node, without going round."""
        nodes = self.nodes(start, within)
        found = {start: self.cost[start]}
        for node in reverse_post_order(nodes, start):
            for target in nodes[node]:
                if target == start:
                    continue
                way = found[node] + self.cost[target]
                found[target] = found[target].either(way) if target in found else way
        return found


def _any(found: list[Cycles]) -> Cycles:
    total = found[0]
    for each in found[1:]:
        total = total.either(each)
    return total

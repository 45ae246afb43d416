"""A schedule, and its proof: `verify` and `verify_timing` recompute everything from the start cycles alone.

They share no code with the solvers, so a wrong solver cannot approve its own work.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from graphlib import TopologicalSorter

from ...core.errors import InternalError
from .problem import TIMING_TOLERANCE_NS, Dependence, Operation, Problem


@dataclass(frozen=True, slots=True)
class Schedule:
    """Start cycles of a problem's operations.

    start: cycle by operation id. arrival_ns: when the operation's inputs are there, counted from the start of
    its cycle. ii: the problem's. depth: cycles of one iteration.
    """

    problem: Problem
    start: dict[int, int]
    arrival_ns: dict[int, float]
    ii: int | None
    depth: int

    def slack_ns(self) -> dict[int, float]:
        """Time to spare of every operation within its cycle; negative: it does not fit into the clock."""
        problem = self.problem
        slack = {}
        for op in problem.operations:
            if op.latency:
                end = problem.clock_ns - op.in_delay_ns
                own = problem.clock_ns - problem.setup_ns - op.out_delay_ns
                slack[op.id] = min(end - self.arrival_ns[op.id], own)
            else:
                slack[op.id] = problem.clock_ns - problem.setup_ns - self.arrival_ns[op.id] - op.delay_ns
        return slack

    def overshoots(self) -> list[tuple[Operation, float]]:
        """Operations that end after their clock cycle, worst first, with their (negative) slack in ns."""
        slack = self.slack_ns()
        late = [(op, slack[op.id]) for op in self.problem.operations if slack[op.id] < -TIMING_TOLERANCE_NS]
        return sorted(late, key=lambda pair: pair[1])

    def register_bits(self) -> int:
        """Bits times cycles that values wait from their cycle to their last use: the cost of the schedule."""
        period = self.depth if self.ii is None else self.ii
        ready = {op.id: self.start[op.id] + op.latency for op in self.problem.operations}
        last = dict(ready)
        for d in self.problem.dependences:
            if d.data:
                last[d.source] = max(last[d.source], self.start[d.target] + period * d.distance)
        return sum(bits * (last[i] - ready[i]) for i, bits in self.problem.value_bits.items())

    def verify(self) -> None:
        """Raise `InternalError` unless starts, dependences, resources and depth are as demanded."""
        problem, start = self.problem, self.start
        if self.ii != problem.ii or start.keys() != {op.id for op in problem.operations}:
            raise InternalError("the schedule is of another problem")
        by_id = {op.id: op for op in problem.operations}
        for op in problem.operations:
            if start[op.id] < 0 or start[op.id] + op.busy_cycles > self.depth:
                raise InternalError(f"{op.label} at cycle {start[op.id]} lies outside 0 .. {self.depth - 1}")
            if op.pinned is not None and start[op.id] != op.pinned:
                raise InternalError(f"{op.label} is at cycle {start[op.id]}, not at {op.pinned} as pinned")
        period = self.depth if self.ii is None else self.ii
        for d in problem.dependences:
            least = start[d.source] + required_gap(d, by_id[d.source], self.ii is not None)
            if start[d.target] + period * d.distance < least:
                raise InternalError(
                    f"{by_id[d.target].label} at cycle {start[d.target]} is too early after "
                    f"{by_id[d.source].label} at cycle {start[d.source]}"
                )
        self._verify_resources()

    def _verify_resources(self) -> None:
        used = Counter[tuple[str, int]]()
        for op in self.problem.operations:
            if op.resource is not None:
                cycle = self.start[op.id]
                used[op.resource, cycle if self.ii is None else cycle % self.ii] += 1
        for (resource, row), count in used.items():
            if count > self.problem.limits[resource]:
                raise InternalError(
                    f"{count} operations use {resource} in cycle {row}, limit {self.problem.limits[resource]}"
                )

    def verify_timing(self) -> None:
        """Raise `InternalError` unless every path inside a cycle fits and `arrival_ns` is true."""
        problem, start = self.problem, self.start
        by_id = {op.id: op for op in problem.operations}
        inputs: dict[int, list[Dependence]] = defaultdict(list)
        chained: dict[int, list[int]] = {op.id: [] for op in problem.operations}
        period = self.depth if self.ii is None else self.ii
        for d in problem.dependences:
            if d.data:
                inputs[d.target].append(d)
                if d.distance == 0:
                    chained[d.target].append(d.source)
        arrival: dict[int, float] = {}
        for i in TopologicalSorter(chained).static_order():
            op, moment = by_id[i], problem.clk_to_q_ns
            for d in inputs[i]:
                source = by_id[d.source]
                if start[d.source] + source.latency != start[i] + period * d.distance:
                    continue  # through a register
                if d.distance and not source.latency:
                    continue  # too early, which `verify` reports
                if source.latency:
                    moment = max(moment, source.out_delay_ns)
                else:
                    moment = max(moment, arrival[d.source] + source.delay_ns)
            arrival[i] = moment
            own = op.in_delay_ns if op.latency else op.delay_ns
            end = problem.clock_ns if op.latency else problem.clock_ns - problem.setup_ns
            chains = moment > problem.clk_to_q_ns + TIMING_TOLERANCE_NS
            if chains and own > 0 and moment + own > end + TIMING_TOLERANCE_NS:
                raise InternalError(
                    f"{op.label} in cycle {start[i]}: inputs at {moment:.3f} ns and {own:.3f} ns of its own "
                    f"exceed {end:.3f} ns"
                )
            if abs(moment - self.arrival_ns[i]) > 1e3 * TIMING_TOLERANCE_NS:
                raise InternalError(f"{op.label}: arrival {self.arrival_ns[i]} ns recorded, {moment} ns true")


def required_gap(dependence: Dependence, source: Operation, pipelined: bool) -> int:
    """Least t[target] + period * distance - t[source]; the period is the interval, or the depth without one."""
    gap = dependence.gap
    if not dependence.data:
        return gap or 0
    natural = source.latency
    if dependence.distance and not (pipelined and source.latency):
        natural += 1  # through a register
    return natural if gap is None else max(natural, gap)

"""What is to be scheduled: operations, dependences, limits, a clock. It knows nothing of C++ or of hardware.

Meaning of a schedule `t` (start cycles, whole numbers >= 0), which `result.Schedule` verifies:

* latency 0: the operation is combinational. It chains behind its inputs inside its cycle; its result is there
  `delay_ns` after its inputs, never later than the end of the cycle.
* latency L >= 1: inputs arrive at least `in_delay_ns` before the end of cycle t; the result is there
  `out_delay_ns` after the start of cycle t + L (a memory read: address setup, clock to out).
* a value used in a later cycle than the one it appears in waits in a register and restarts at `clk_to_q_ns`.
* a path that does not fit into the clock even with all its inputs in registers gets a cycle of its own; the
  schedule reports the overshoot. Operations that add no delay (wiring) may ride behind it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from ...core.errors import InternalError, Place

TIMING_TOLERANCE_NS = 1e-9  # rounding of sums of delays


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. resource: what it occupies in its start cycle. pinned: its start cycle, if fixed."""

    id: int
    delay_ns: float = 0.0
    latency: int = 0
    in_delay_ns: float = 0.0
    out_delay_ns: float = 0.0
    resource: str | None = None
    name: str = ""
    loc: Place = field(default_factory=Place)
    pinned: int | None = None

    @property
    def label(self) -> str:
        """How messages call it: its name and its place in the source."""
        name = self.name or f"operation {self.id}"
        place = f"{self.loc.file}:{self.loc.line}" if self.loc.line else str(self.loc)
        return f"{name} ({place})" if place else name

    @property
    def busy_cycles(self) -> int:
        """Cycles from the start until the next cycle can use the result: at least the start cycle itself."""
        return max(self.latency, 1)


@dataclass(frozen=True, slots=True)
class Dependence:
    """`target` comes after `source`, `distance` iterations later.

    data: the value flows, t[target] + ii * distance >= t[source] + latency; `gap` may ask for more cycles. With a
    distance, the value of a combinational operation sits in a register, hence + 1. Without ii, iterations take
    `depth` cycles each instead, and every value between them sits in a register.
    Otherwise only the order counts: t[target] + ii * distance >= t[source] + gap, gap of any sign, None for 0.
    Two of them in opposite directions fix a difference.
    """

    source: int
    target: int
    distance: int = 0
    gap: int | None = None
    data: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """A scheduling problem; iterations start every `ii` cycles, or one after the other when `ii` is None.

    clock_ns: usable time of a cycle, uncertainty already subtracted. setup_ns: of a register, taken off paths
    that end in one (an operation with latency says its own, in `in_delay_ns`). limits: starts per cycle of
    each resource, counted modulo `ii`; messages know "memory NAME", "stream NAME", "m_axi NAME", also with what is
    done, "memory NAME (writes)". value_bits: width of each operation's result, the cost of keeping it one cycle;
    missing means nothing to keep. least_ii: an interval that what lies outside of the problem forbids to go below,
    and `least_ii_text` why.
    """

    operations: tuple[Operation, ...]
    dependences: tuple[Dependence, ...] = ()
    limits: dict[str, int] = field(default_factory=dict)
    clock_ns: float = 10.0
    ii: int | None = None
    value_bits: dict[int, int] = field(default_factory=dict)
    clk_to_q_ns: float = 0.0
    setup_ns: float = 0.0
    least_ii: int = 1
    least_ii_text: str = ""

    def check(self) -> None:
        """Raise `InternalError` unless ids, signs and limits are right and every loop has a distance."""
        self._check_operations()
        self._check_dependences()
        self._check_loops()

    def _check_operations(self) -> None:
        repeated = [i for i, n in Counter(op.id for op in self.operations).items() if n > 1]
        if repeated:
            raise InternalError(f"operation ids are not unique: {repeated}")
        if not self.clock_ns > self.setup_ns + self.clk_to_q_ns >= 0:
            raise InternalError(f"a clock of {self.clock_ns} ns leaves no time between registers")
        if self.ii is not None and self.ii < 1:
            raise InternalError(f"initiation interval {self.ii} is below 1")
        for op in self.operations:
            if op.latency < 0 or min(op.delay_ns, op.in_delay_ns, op.out_delay_ns) < 0:
                raise InternalError(f"{op.label} has a negative latency or delay")
            if op.pinned is not None and op.pinned < 0:
                raise InternalError(f"{op.label} is pinned to the negative cycle {op.pinned}")
            if op.resource is not None and self.limits.get(op.resource, 0) < 1:
                raise InternalError(f"{op.label} uses {op.resource}, of which the problem has none")

    def _check_dependences(self) -> None:
        known = {op.id for op in self.operations}
        for d in self.dependences:
            for end in (d.source, d.target):
                if end not in known:
                    raise InternalError(f"dependence {d.source} -> {d.target}: there is no operation {end}")
            if d.distance < 0:
                raise InternalError(f"dependence {d.source} -> {d.target} has a negative distance")
        for i in self.value_bits:
            if i not in known:
                raise InternalError(f"value_bits names operation {i}, which does not exist")

    def _check_loops(self) -> None:
        """Refuse a loop of data dependences within one iteration: no interval makes it legal."""
        follow: dict[int, list[int]] = defaultdict(list)
        waiting = Counter[int]()
        for d in self.dependences:
            if d.data and d.distance == 0:
                follow[d.source].append(d.target)
                waiting[d.target] += 1
        free = [op.id for op in self.operations if not waiting[op.id]]
        while free:
            for target in follow[free.pop()]:
                waiting[target] -= 1
                if not waiting[target]:
                    free.append(target)
        stuck = {i for i, n in waiting.items() if n}
        if not stuck:
            return
        back = {t: s for s in stuck for t in follow[s] if t in stuck}
        path = [next(iter(back))]
        while back[path[-1]] not in path:
            path.append(back[path[-1]])
        path = path[path.index(back[path[-1]]) :][::-1]
        by_id = {op.id: op for op in self.operations}
        text = " -> ".join(by_id[i].label for i in [*path, path[0]])
        raise InternalError(f"a value depends on itself within one iteration: {text}")

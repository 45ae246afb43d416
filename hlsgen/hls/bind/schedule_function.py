"""Builds the scheduling problem of every block, solves it, and proves the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from hlsgen.hls.cdfg.ir import MEMORY_KINDS, STATUS_KINDS, STREAM_KINDS, Function, Kind, Loop, Memory, Op
from hlsgen.hls.passes.remove_dead import remove_dead
from hlsgen.hls.schedule import Bound, Dependence, Operation, Problem, Schedule, random_legal, solve, solve_pipelined
from hlsgen.hls.schedule.explain import Infeasible

from .bus_interval import bus_interval
from .dependences import ANCHOR, Orders
from .memory_kinds import choose_storage, in_registers, memory_kind, port_rule
from .operator_timing import OperatorTimes
from .scheduled import ScheduledBlock, ScheduledFunction
from .sharing import Economy, count_turns, economies, share, wished_economy
from .target import Target

__all__ = ["Target", "schedule_function"]

DEEPER = 4  # stages more that a pipeline may have for the sake of fewer multipliers
_II_MAX = 1 << 16  # beyond what any recurrence or port asks for


def schedule_function(function: Function, target: Target, most: Mapping[str, int] | None = None) -> ScheduledFunction:
    """Cycles for every operation. Raises `UserError` when a loop cannot be pipelined at any sensible interval; a loop
    that `most` names, with a larger one than it says."""
    most = most or {}
    function = choose_storage(function)
    blocks = {}
    orders, times = Orders(function), OperatorTimes(function, target)
    for label in sorted(function.blocks, key=lambda label: label not in most):  # so that it fails at once
        loop = function.loops.get(label)
        pipelined = loop if loop is not None and loop.ii is not None else None
        blocks[label] = _schedule_block(function, label, pipelined, times, orders, most.get(label, _II_MAX))
    blocks = {label: blocks[label] for label in function.blocks}
    function = _without_load_guards(function)
    blocks = {label: _only(block, function) for label, block in blocks.items()}
    return ScheduledFunction(function, blocks, share(function, blocks, times))


def _only(block: ScheduledBlock, function: Function) -> ScheduledBlock:
    """The block without the operations that are gone."""
    stage = {id: cycle for id, cycle in block.stage.items() if id in function.ops}
    return replace(block, stage=stage, available={id: block.available[id] for id in stage})


def _without_load_guards(function: Function) -> Function:
    """Loads always run; once their order is settled nothing needs to know when their values matter."""
    ops = {id: replace(op, guard=None) if op.kind is Kind.LOAD else op for id, op in function.ops.items()}
    return remove_dead(replace(function, ops=ops))


def _schedule_block(
    function: Function, label: str, loop: Loop | None, times: OperatorTimes, orders: Orders, ii_max: int
) -> ScheduledBlock:
    products = count_turns(function, function.blocks[label].ops, times)
    wished = wished_economy(function, times) if products else None
    problem = _BlockProblem(function, label, loop, times, orders, wished).build()
    bound_by = ""
    if loop is None:
        schedule = _solved(problem, times.target, label)
        ii = 1
    else:
        assert loop.ii is not None
        found = solve_pipelined(problem, loop.ii, ii_max)
        schedule, ii = found.schedule, found.schedule.ii or 1
        if times.target.schedule_seed is not None:
            schedule = _solved(replace(problem, ii=ii), times.target, label)
        bound_by = str(found.bound) if found.bound else ""
    choice_ns = wished.choice_ns if wished else 0.0
    cycles = schedule.depth if loop is None else ii
    for saving in economies(products, len(problem.operations), cycles, times) if wished is None else ():
        other = _BlockProblem(function, label, loop, times, orders, saving).build()
        fewer = _no_slower(other if loop is None else replace(other, ii=ii), schedule, times.target, label)
        if fewer is not None:
            problem, schedule, choice_ns = other, fewer, saving.choice_ns
            break
    schedule.verify()
    schedule.verify_timing()
    stage = {id: cycle for id, cycle in schedule.start.items() if id != ANCHOR}
    latency = {op.id: op.latency for op in problem.operations}
    available = {id: cycle + latency[id] for id, cycle in stage.items()}
    depth = max([schedule.depth, *(cycle + 1 for cycle in available.values())])
    return ScheduledBlock(label, stage, available, depth, ii, loop, schedule, bound_by, choice_ns)


def _solved(problem: Problem, target: Target, label: str) -> Schedule:
    seed = target.schedule_seed
    return solve(problem) if seed is None else random_legal(problem, f"{seed} {label} {len(problem.operations)}")


def _no_slower(problem: Problem, schedule: Schedule, target: Target, label: str) -> Schedule | None:
    """A schedule of `problem` when that takes as many cycles as `schedule`; a pipeline may be a little deeper."""
    try:
        found = _solved(problem, target, label)
    except Infeasible:
        return None
    longer = found.depth - schedule.depth
    late = len(found.overshoots()) > len(schedule.overshoots())
    return None if late or longer > (0 if problem.ii is None else DEEPER) else found


class _BlockProblem:
    def __init__(
        self,
        function: Function,
        label: str,
        loop: Loop | None,
        times: OperatorTimes,
        orders: Orders,
        saving: Economy | None = None,
    ) -> None:
        self.saving = saving
        self.function, self.label, self.loop, self.target = function, label, loop, times.target
        self.goes_along = loop is not None and loop.of_calls  # what comes in
        self.orders, self.times = orders, times
        self.ops = [function.ops[id] for id in function.blocks[label].ops if self.has_cycle(function.ops[id])]
        self.mine = {op.id for op in self.ops}
        self.dependences: list[Dependence] = []
        self.limits: dict[str, int] = {}
        self.loads = Counter(op.object for op in self.ops if op.kind is Kind.LOAD)

    def has_cycle(self, op: Op) -> bool:
        """Constants are everywhere, arguments all through the call, unless they go along with it; outside loops a phi
        is a register that was written before the block began."""
        if op.kind is Kind.PARAM:
            return self.goes_along
        return op.kind is not Kind.CONST and (op.kind is not Kind.PHI or self.loop is not None)

    def build(self) -> Problem:
        operations = [self.operation(op) for op in self.ops]
        for op in self.ops:
            if op.kind is not Kind.PHI:
                needed = op.args if op.kind is Kind.LOAD else op.inputs()  # loads need not wait for their guard
                for arg in set(needed) & self.mine:
                    self.dependences.append(Dependence(arg, op.id))
        latency = {op.id: op.latency for op in operations}
        self.dependences += self.orders.of(self.label, self.loop, latency)
        for order in self.function.orders:
            if order.source in latency and order.target in latency and (self.loop is not None or not order.distance):
                ends = order.source, order.target
                self.dependences.append(Dependence(*ends, order.distance, gap=order.cycles, data=False))
        self.dependences += self.times.together(self.mine)
        operations.append(Operation(ANCHOR, pinned=0, name="start of the iteration"))
        delays = self.target.delays
        bus = bus_interval(self.function, self.ops, self.target.bus_bits) if self.loop is not None else Bound(1)
        return Problem(
            operations=tuple(operations),
            dependences=tuple(self.dependences),
            limits=self.limits,
            clock_ns=self.target.clock_ns,
            value_bits={op.id: op.width for op in self.ops if op.width},
            clk_to_q_ns=delays.clk_to_q_ns,
            setup_ns=delays.setup_ns,
            least_ii=bus.ii,
            least_ii_text=bus.text,
        )

    # ---- operations

    def operation(self, op: Op) -> Operation:
        loc = self.function.place_of(op)
        name = op.name or op.kind.value
        if op.kind is Kind.PARAM:
            return Operation(op.id, name=name, loc=loc, pinned=0)
        if op.kind in MEMORY_KINDS:
            return self.memory_operation(op, self.function.memories[op.object])
        if op.kind in STATUS_KINDS:
            return Operation(op.id, self.target.delays.delay_ns("select", 1), name=f"{op.kind} {op.object}", loc=loc)
        if op.kind in STREAM_KINDS:
            bus = self.function.streams[op.object].bus
            resource = f"m_axi {op.object}" if bus else f"stream {op.object}"
            self.limits[resource] = 1
            delay = self.target.delays.delay_ns("select", op.width or 1)
            return Operation(op.id, delay, resource=resource, name=f"{op.kind} {op.object}", loc=loc)
        tiles = self.times.turns(op) if self.saving is not None else 0
        if self.saving is not None and tiles:
            unit: str | None = None
            if tiles in self.saving.multipliers:
                unit = "multipliers" if tiles == 1 else f"multipliers of {tiles} DSP blocks"
                self.limits[unit] = self.saving.multipliers[tiles]
            t = self.times.product(op, self.saving.choice_ns)
            timing = (t.delay_ns, t.latency, t.in_delay_ns, t.out_delay_ns)
            return Operation(op.id, *timing, resource=unit, name=name, loc=loc)
        t = self.times.of(op)
        return Operation(op.id, t.delay_ns, t.latency, t.in_delay_ns, t.out_delay_ns, name=name, loc=loc)

    def memory_operation(self, op: Op, memory: Memory) -> Operation:
        loc = self.function.place_of(op)
        name = f"{op.kind} {memory.name}"
        delays = self.target.delays
        if in_registers(memory):
            pinned = 0 if self.goes_along and memory.external and op.kind is Kind.LOAD else None
            return Operation(op.id, delays.delay_ns("select", memory.width), name=name, loc=loc, pinned=pinned)
        timing = delays.memory(_table_kind(memory), memory.depth_words)
        port = self.port(op, memory)
        if op.kind is Kind.STORE:
            setup_ns = max(timing.data_setup_ns, delays.setup_ns)
            return Operation(op.id, max(0.0, setup_ns - delays.setup_ns), resource=port, name=name, loc=loc)
        return Operation(
            op.id,
            latency=1,
            in_delay_ns=timing.address_setup_ns,
            out_delay_ns=timing.clock_to_out_ns,
            resource=port,
            name=name,
            loc=loc,
        )

    def port(self, op: Op, memory: Memory) -> str:
        """The resource that an access occupies."""
        rule = port_rule(memory)
        if rule.shared:
            self.limits[f"memory {memory.name}"] = rule.shared
            return f"memory {memory.name}"
        way, limit = ("reads", rule.reads) if op.kind is Kind.LOAD else ("writes", rule.writes)
        if memory.rom and not memory.ports and self.loop is not None:
            cheap = memory_kind(memory) == "lutram"
            if cheap or not self.loop.chosen:  # copies, as the interval asks
                limit = max(limit, -(-self.loads[memory.name] // (self.loop.ii or 1)))
        self.limits[f"memory {memory.name} ({way})"] = limit
        return f"memory {memory.name} ({way})"


def _table_kind(memory: Memory) -> str:
    """The delay table's word for it: a ROM in logic is neither."""
    kind = "bram" if memory.external else memory_kind(memory)
    return "rom" if memory.rom and kind == "lutram" else "bram" if kind == "uram" else kind

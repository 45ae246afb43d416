"""Builds the scheduling problem of every block, solves it, and proves the answer.

A pipelined loop's problem has its recurrences: values that go round through phis, and the order of accesses to one
memory or stream across iterations. Accesses whose addresses differ by a constant do not order each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from hlsgen.hls.cdfg.guards import exclusive
from hlsgen.hls.cdfg.ir import MEMORY_KINDS, STREAM_KINDS, Branch, Function, Kind, Loop, Memory, Op
from hlsgen.hls.passes.simplify import remove_dead
from hlsgen.hls.schedule import Dependence, Operation, Problem, solve, solve_pipelined
from hlsgen.hls.schedule.delay import DelayTable

from .scheduled import ScheduledBlock, ScheduledFunction

_FREE = frozenset((Kind.CONST, Kind.PHI, Kind.COPY, Kind.SLICE, Kind.CONCAT, Kind.ZEXT, Kind.SEXT))
_ROM_PORTS = 2
_II_MAX = 256
_ANCHOR = -1  # an operation pinned to the start of an iteration


@dataclass(frozen=True, slots=True)
class Target:
    """What the hardware is for: usable cycle time and the delays of the family."""

    clock_ns: float  # uncertainty already subtracted
    delays: DelayTable


def schedule_function(function: Function, target: Target) -> ScheduledFunction:
    """Cycles for every operation. Raises `UserError` when a loop cannot be pipelined at any sensible interval."""
    blocks = {}
    for label in function.blocks:
        loop = function.loops.get(label)
        pipelined = loop if loop is not None and loop.ii is not None else None
        blocks[label] = _schedule_block(function, label, pipelined, target)
    function = _without_load_guards(function)
    return ScheduledFunction(function, {label: _only(block, function) for label, block in blocks.items()})


def _only(block: ScheduledBlock, function: Function) -> ScheduledBlock:
    """The block without the operations that are gone."""
    stage = {id: cycle for id, cycle in block.stage.items() if id in function.ops}
    return replace(block, stage=stage, available={id: block.available[id] for id in stage})


def _without_load_guards(function: Function) -> Function:
    """Loads always run; once their order is settled nothing needs to know when their values matter."""
    ops = {id: replace(op, guard=None) if op.kind is Kind.LOAD else op for id, op in function.ops.items()}
    return remove_dead(replace(function, ops=ops))


def _schedule_block(function: Function, label: str, loop: Loop | None, target: Target) -> ScheduledBlock:
    problem = _BlockProblem(function, label, loop, target).build()
    bound_by = ""
    if loop is None:
        schedule = solve(problem)
        ii = 1
    else:
        assert loop.ii is not None
        found = solve_pipelined(problem, loop.ii, _II_MAX)
        schedule, ii = found.schedule, found.schedule.ii or 1
        bound_by = str(found.bound) if found.bound else ""
    schedule.verify()
    schedule.verify_timing()
    stage = {id: cycle for id, cycle in schedule.start.items() if id != _ANCHOR}
    latency = {op.id: op.latency for op in problem.operations}
    available = {id: cycle + latency[id] for id, cycle in stage.items()}
    depth = max([schedule.depth, *(cycle + 1 for cycle in available.values())])
    return ScheduledBlock(label, stage, available, depth, ii, loop, schedule, bound_by)


class _BlockProblem:
    def __init__(self, function: Function, label: str, loop: Loop | None, target: Target) -> None:
        self.function, self.label, self.loop, self.target = function, label, loop, target
        self.ops = [function.ops[id] for id in function.blocks[label].ops if self.has_cycle(function.ops[id])]
        self.mine = {op.id for op in self.ops}
        self.dependences: list[Dependence] = []
        self.limits: dict[str, int] = {}

    def has_cycle(self, op: Op) -> bool:
        """Constants are everywhere; outside loops a phi is a register that was written before the block began."""
        return op.kind is not Kind.CONST and (op.kind is not Kind.PHI or self.loop is not None)

    def build(self) -> Problem:
        operations = [self.operation(op) for op in self.ops]
        for op in self.ops:
            if op.kind is not Kind.PHI:
                needed = op.args if op.kind is Kind.LOAD else op.inputs()  # loads need not wait for their guard
                for arg in set(needed) & self.mine:
                    self.dependences.append(Dependence(arg, op.id))
        self.order_memories()
        self.order_streams()
        if self.loop is not None:
            self.recur()
        operations.append(Operation(_ANCHOR, pinned=0, name="start of the iteration"))
        delays = self.target.delays
        return Problem(
            operations=tuple(operations),
            dependences=tuple(self.dependences),
            limits=self.limits,
            clock_ns=self.target.clock_ns,
            value_bits={op.id: op.width for op in self.ops if op.width},
            clk_to_q_ns=delays.clk_to_q_ns,
            setup_ns=delays.setup_ns,
        )

    # ---- operations

    def operation(self, op: Op) -> Operation:
        loc = self.function.place_of(op)
        name = op.name or op.kind.value
        if op.kind in MEMORY_KINDS:
            return self.memory_operation(op, self.function.memories[op.object])
        if op.kind in STREAM_KINDS:
            self.limits[f"stream {op.object}"] = 1
            delay = self.target.delays.delay_ns("select", op.width or 1)
            return Operation(op.id, delay, resource=f"stream {op.object}", name=f"{op.kind} {op.object}", loc=loc)
        return Operation(op.id, self.delay_ns(op), name=name, loc=loc)

    def memory_operation(self, op: Op, memory: Memory) -> Operation:
        loc = self.function.place_of(op)
        name = f"{op.kind} {memory.name}"
        delays = self.target.delays
        if in_registers(memory):
            return Operation(op.id, delays.delay_ns("select", memory.width), name=name, loc=loc)
        timing = delays.memory(_table_kind(memory), memory.depth_words)
        if op.kind is Kind.STORE:
            port = f"memory {memory.name} (writes)"
            self.limits[port] = 1
            setup_ns = max(timing.data_setup_ns, delays.setup_ns)
            return Operation(op.id, max(0.0, setup_ns - delays.setup_ns), resource=port, name=name, loc=loc)
        self.limits[f"memory {memory.name}"] = _ROM_PORTS if memory.rom else 1
        return Operation(
            op.id,
            latency=1,
            in_delay_ns=timing.address_setup_ns,
            out_delay_ns=timing.clock_to_out_ns,
            resource=f"memory {memory.name}",
            name=name,
            loc=loc,
        )

    def delay_ns(self, op: Op) -> float:
        delays, ops = self.target.delays, self.function.ops
        if op.kind in _FREE:
            return 0.0
        match op.kind:
            case Kind.MUL:
                return delays.delay_ns("mul", ops[op.args[0]].width, ops[op.args[1]].width)
            case Kind.ICMP:
                kind = "icmp_eq" if op.predicate in ("eq", "ne") else "icmp"
                return delays.delay_ns(kind, ops[op.args[0]].width)
            case Kind.XOR if any(ops[arg].kind is Kind.CONST for arg in op.args):
                return 0.0  # inverters vanish in the next table
            case Kind.UDIV | Kind.SDIV | Kind.UREM | Kind.SREM:  # an array of subtractors
                return op.width * delays.delay_ns("sub", op.width)
            case _:
                return delays.delay_ns(op.kind.value, op.width)

    # ---- order

    def recur(self) -> None:
        """What one iteration hands to the next, and the decision to start it."""
        assert self.loop is not None
        block = self.function.blocks[self.label]
        for op in self.ops:
            if op.kind is Kind.PHI:
                next_value = op.args[op.blocks.index(self.label)]
                if next_value in self.mine:  # what a memory delivers reaches the phi's register a cycle later
                    late = int(self.is_memory_read(self.function.ops[next_value]))
                    self.dependences.append(Dependence(next_value, op.id, distance=1, gap=2 if late else None))
                    self.dependences.append(Dependence(op.id, next_value, gap=-late, data=False))
        assert isinstance(block.end, Branch)
        condition = block.end.condition
        if condition in self.mine:
            self.dependences.append(Dependence(condition, _ANCHOR, distance=1, gap=1, data=False))
            if self.loop.rewind:  # the last iteration hands over the first values instead: the register waits for it
                for op in self.ops:
                    if op.kind is Kind.PHI:
                        self.dependences.append(Dependence(condition, op.id, distance=1, gap=1, data=False))

    def is_memory_read(self, op: Op) -> bool:
        """A load with a cycle between address and word."""
        return op.kind is Kind.LOAD and not in_registers(self.function.memories[op.object])

    def order_memories(self) -> None:
        for name in {op.object for op in self.ops if op.kind in MEMORY_KINDS}:
            memory = self.function.memories[name]
            accesses = [op for op in self.ops if op.kind in MEMORY_KINDS and op.object == name]
            if memory.rom:
                continue
            distance = self.distance(name)
            for early, late in _pairs(accesses):
                if early.kind is Kind.LOAD and late.kind is Kind.LOAD:
                    continue
                if self.may_alias(early, late) and not exclusive(self.function, early, late):
                    self.order(early, late, 0)
                if distance:
                    self.order(late, early, distance)
            if distance:
                for op in accesses:
                    if op.kind is Kind.STORE:
                        self.order(op, op, distance)

    def order(self, early: Op, late: Op, distance: int) -> None:
        """A write is seen from the next cycle on; a read sees what was before a write of its own cycle."""
        if early.kind is Kind.LOAD and late.kind is Kind.LOAD:
            return
        gap = 0 if early.kind is Kind.LOAD else 1
        if early.id != late.id or gap:
            self.dependences.append(Dependence(early.id, late.id, distance=distance, gap=gap, data=False))

    def distance(self, memory: str) -> int:
        """Iterations after which accesses to `memory` may collide: 0 for never, or not in a loop."""
        if self.loop is None:
            return 0
        said = [d.distance for d in self.loop.dependences if d.memory == memory]
        return min(said) if said else 1

    def may_alias(self, a: Op, b: Op) -> bool:
        x, y = self.function.ops[a.args[0]], self.function.ops[b.args[0]]
        return not (x.kind is Kind.CONST and y.kind is Kind.CONST and x.value != y.value)

    def order_streams(self) -> None:
        """Accesses to one stream happen in program order, at most one per cycle."""
        for name in {op.object for op in self.ops if op.kind in STREAM_KINDS}:
            accesses = [op for op in self.ops if op.kind in STREAM_KINDS and op.object == name]
            for early, late in pairwise(accesses):
                self.dependences.append(Dependence(early.id, late.id, gap=1, data=False))
            if self.loop is not None:
                self.dependences.append(Dependence(accesses[-1].id, accesses[0].id, distance=1, gap=1, data=False))


def in_registers(memory: Memory) -> bool:
    """One word: a register, read without a clock."""
    return memory.depth_words == 1


def memory_kind(memory: Memory) -> str:
    """bram or lutram: as the user says, else by size (a block RAM pays from 1024 bits deep enough on)."""
    if memory.storage:
        return memory.storage
    bits = memory.width * memory.depth_words
    return "bram" if memory.depth_words > 64 and bits > 2048 else "lutram"


def _table_kind(memory: Memory) -> str:
    """The delay table's word for it: a ROM in logic is neither."""
    kind = memory_kind(memory)
    return "rom" if memory.rom and kind == "lutram" else "bram" if kind == "uram" else kind


def _pairs(ops: list[Op]) -> Iterator[tuple[Op, Op]]:
    for k, early in enumerate(ops):
        for late in ops[k + 1 :]:
            yield early, late

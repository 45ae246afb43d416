"""Products that never happen in the same cycle use one multiplier: DSP blocks for a few tables in front of them.

Only where cycles are left over: in blocks that run once per visit and in loops with an interval above one; with
ALLOCATION everywhere, and the schedule waits for a multiplier. Blocks
follow each other, and in a loop every product has its own cycle modulo the interval, so the tokens tell whose turn it
is. What is left out: products whose DSP block also does an addition, those without the time for the choice of
operands, and those that would close a loop of wires through two multipliers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hlsgen.hls.cdfg.ir import Function, Kind, Op
from hlsgen.hls.schedule import Schedule

from .operator_timing import OperatorTimes, factor_bits
from .scheduled import ScheduledBlock, SharedUnit

MULTIPLIERS = "multipliers"  # a resource of a scheduling problem
_MOST_USERS = 8  # of one multiplier: beyond, the choice of operands takes too long
_MOST_OPERATIONS = 4000  # of a block that is worth a second schedule


@dataclass(slots=True)
class _Candidate:
    op: Op
    label: str
    row: int  # the cycle in which it starts, modulo the interval
    latency: int
    slack_ns: float
    sizes: tuple[int, int]  # of the factors as signed numbers, the larger first
    swapped: bool


@dataclass(slots=True)
class _Unit:
    users: list[_Candidate] = field(default_factory=list)
    busy: set[tuple[str, int]] = field(default_factory=set)


def share(function: Function, blocks: dict[str, ScheduledBlock], times: OperatorTimes) -> tuple[SharedUnit, ...]:
    """The multipliers with more than one user."""
    candidates = [
        candidate
        for block in blocks.values()
        if _may_share(function, block)
        for candidate in _candidates(function, block, times)
    ]
    if len(candidates) < 2:
        return ()
    delays = times.target.delays
    choice_ns = [delays.delay_ns("mux", 8, users) for users in range(_MOST_USERS + 1)]
    units: list[_Unit] = []
    for candidate in sorted(candidates, key=lambda c: (c.latency, c.sizes, c.op.id)):
        place = (candidate.label, candidate.row)
        for unit in units:
            count = len(unit.users) + 1
            if (
                count <= _MOST_USERS
                and place not in unit.busy
                and unit.users[0].latency == candidate.latency
                and min(candidate.slack_ns, *(user.slack_ns for user in unit.users)) >= choice_ns[count]
            ):
                break
        else:
            unit = _Unit()
            units.append(unit)
        unit.users.append(candidate)
        unit.busy.add(place)
    return tuple(
        SharedUnit(
            users=tuple(user.op.id for user in unit.users),
            swapped=tuple(user.swapped for user in unit.users),
            widths=(max(user.sizes[0] for user in unit.users), max(user.sizes[1] for user in unit.users)),
            latency=unit.users[0].latency,
        )
        for unit in units
        if len(unit.users) > 1
    )


@dataclass(frozen=True, slots=True)
class Economy:
    """How many multipliers a block would do with, were its products spread over its cycles, and what that costs."""

    multipliers: int
    choice_ns: float


def economy(products: int, operations: int, cycles: int, times: OperatorTimes) -> Economy | None:
    """For a block of so many lone products and operations; cycles: those in which products can start."""
    if products < 2 or cycles < 2 or operations > _MOST_OPERATIONS:
        return None
    multipliers = max(-(-products // cycles), -(-products // _MOST_USERS))
    if multipliers == products:
        return None
    return Economy(multipliers, times.target.delays.delay_ns("mux", 8, -(-products // multipliers)))


def multipliers(function: Function, shared: tuple[SharedUnit, ...]) -> int:
    """Of two variables, those that take turns counted once."""
    turns = {id for unit in shared for id in unit.users}
    products = (op for op in function.ops.values() if op.kind is Kind.MUL and op.id not in turns)
    alone = sum(all(function.ops[arg].kind is not Kind.CONST for arg in op.args) for op in products)
    return alone + len(shared)


def wished_economy(function: Function, times: OperatorTimes) -> Economy | None:
    """What ALLOCATION asks of every block with products, where that is fewer multipliers than there are products."""
    limit = function.multipliers
    products = sum(map(times.lone_product, function.ops.values()))
    if limit is None or products <= limit:
        return None
    return Economy(limit, times.target.delays.delay_ns("mux", 8, min(_MOST_USERS, -(-products // limit))))


def _may_share(function: Function, block: ScheduledBlock) -> bool:
    return block.loop is None or block.ii > 1 or function.multipliers is not None


def _candidates(function: Function, block: ScheduledBlock, times: OperatorTimes) -> list[_Candidate]:
    ops = [function.ops[id] for id in function.blocks[block.label].ops if id in block.stage]
    products = [op for op in ops if times.lone_product(op)]
    if not products:
        return []
    slack = _path_slack_ns(function, block)
    wanted = {op.id for op in products}
    behind: set[int] = set()  # what combinational products of this cycle feed
    found = []
    for op in ops:
        stage = block.stage[op.id]
        reached = any(arg in behind and block.available.get(arg) == stage for arg in op.inputs())
        latency = block.available[op.id] - stage
        if op.id in wanted and (latency or not reached):
            sizes = factor_bits(function, op)
            row = stage % block.ii if block.loop is not None else stage
            swapped = sizes[0] < sizes[1]
            ordered = (max(sizes), min(sizes))
            found.append(_Candidate(op, block.label, row, latency, slack[op.id] + block.choice_ns, ordered, swapped))
            reached = True
        if reached and not latency:
            behind.add(op.id)
    return found


def _path_slack_ns(function: Function, block: ScheduledBlock) -> dict[int, float]:
    """What each operation could take longer, with all that follows it in its cycle."""
    schedule: Schedule = block.schedule
    problem = schedule.problem
    operations = {op.id: op for op in problem.operations}
    end_ns = problem.clock_ns - problem.setup_ns
    latest_ns = dict.fromkeys(operations, end_ns)  # of a result
    slack: dict[int, float] = {}
    for id in reversed(function.blocks[block.label].ops):
        if id not in operations or id not in block.stage:
            continue
        operation = operations[id]
        begin_ns = problem.clock_ns - operation.in_delay_ns if operation.latency else latest_ns[id] - operation.delay_ns
        slack[id] = begin_ns - schedule.arrival_ns[id]
        for arg in function.ops[id].inputs():
            if arg in operations and block.available.get(arg) == block.stage[id] and operations[arg].latency == 0:
                latest_ns[arg] = min(latest_ns[arg], begin_ns)
    return slack

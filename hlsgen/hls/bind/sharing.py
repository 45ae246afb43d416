"""Products that never happen in the same cycle use one multiplier: DSP blocks for a few tables in front of them.

Only where cycles are left over: in blocks that run once per visit and in loops with an interval above one; with
ALLOCATION everywhere, and the schedule waits for a multiplier. Blocks follow each other, and in a loop every product
has its own cycle modulo the interval, so the tokens tell whose turn it is. What is left out: products whose DSP block
also does an addition, those without the time for the choice of operands, and those that would close a loop of wires
through two multipliers.

A multiplier of several DSP blocks has a register behind each, and adds up behind those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from hlsgen.hls.cdfg.ir import Function, Kind, Op
from hlsgen.hls.schedule import DelayTable, Schedule

from .limbs import AdderTree, adder_tree, signed_tiles
from .operator_timing import OperatorTimes, factor_bits, uses_dsp
from .scheduled import ScheduledBlock, ScheduledFunction, SharedUnit
from .target import Target

_MOST_USERS = 8  # of one multiplier: beyond, the choice of operands takes too long
MOST_OPERATIONS = 4000  # that are worth a second schedule


@dataclass(slots=True)
class _Candidate:
    op: Op
    label: str
    row: int  # the cycle in which it starts, modulo the interval
    latency: int
    slack_ns: float
    sizes: tuple[int, int]  # of the factors as signed numbers, the larger first
    swapped: bool
    tiles: int  # DSP blocks
    tree: AdderTree

    @property
    def has_sum(self) -> bool:
        return self.tiles > 1 and self.latency > 0


@dataclass(slots=True)
class _Unit:
    users: list[_Candidate] = field(default_factory=list)
    busy: set[tuple[str, int]] = field(default_factory=set)

    def sizes_with(self, *more: _Candidate) -> tuple[int, int]:
        users = (*self.users, *more)
        return max(user.sizes[0] for user in users), max(user.sizes[1] for user in users)

    def result_bits(self, *more: _Candidate) -> int:
        return min(max(user.op.width for user in (*self.users, *more)), sum(self.sizes_with(*more)))


def share(function: Function, blocks: dict[str, ScheduledBlock], times: OperatorTimes) -> tuple[SharedUnit, ...]:
    """The multipliers with more than one user, or with a sum behind their registers."""
    candidates = [candidate for block in blocks.values() for candidate in _candidates(function, block, times)]
    delays = times.target.delays
    choice_ns = [_choice_ns(times, users) for users in range(_MOST_USERS + 1)]
    units: list[_Unit] = []
    for candidate in sorted(
        candidates, key=lambda c: (c.tiles, c.latency, c.op.width if c.tiles > 1 else 0, c.sizes, c.op.id)
    ):
        place = (candidate.label, candidate.row)
        for unit in units:
            count = len(unit.users) + 1
            if (
                count <= _MOST_USERS
                and place not in unit.busy
                and unit.users[0].tiles == candidate.tiles
                and unit.users[0].latency == candidate.latency
                and min(candidate.slack_ns, *(user.slack_ns for user in unit.users)) >= choice_ns[count]
                and (candidate.tiles == 1 or _as_quick(unit, candidate, delays))
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
            widths=unit.sizes_with(),
            latency=unit.users[0].latency,
            result_bits=unit.result_bits(),
            tiles=tuple(signed_tiles(unit.sizes_with(), unit.result_bits(), delays)),
        )
        for unit in units
        if len(unit.users) > 1 or unit.users[0].has_sum
    )


def _as_quick(unit: _Unit, candidate: _Candidate, delays: DelayTable) -> bool:
    """Whether a unit of several DSP blocks keeps its shape and what each user counts on when there is one more."""
    result_bits = unit.result_bits(candidate)
    tiles = signed_tiles(unit.sizes_with(candidate), result_bits, delays)
    tree = adder_tree(tiles, result_bits, delays)
    users = (*unit.users, candidate)
    return len(tiles) == candidate.tiles and all(
        user.tree.levels == tree.levels and tree.level_ns <= user.tree.level_ns for user in users
    )


@dataclass(frozen=True, slots=True)
class Economy:
    """How many multipliers a block would do with, were its products spread over its cycles, and what that costs.
    multipliers: by the number of their DSP blocks."""

    multipliers: dict[int, int]
    choice_ns: float


def count_turns(function: Function, ids: Iterable[int], times: OperatorTimes) -> Counter[int]:
    """Products that may take turns, by the DSP blocks of their multiplier."""
    return Counter(tiles for id in ids if (tiles := times.turns(function.ops[id])))


def economies(products: Counter[int], operations: int, cycles: int, times: OperatorTimes) -> Iterator[Economy]:
    """What a block of so many products and operations may try, the fewest multipliers first. cycles: those in which
    products can start."""
    if cycles < 2 or operations > MOST_OPERATIONS:
        return
    fewest = {tiles: max(-(-count // cycles), -(-count // _MOST_USERS)) for tiles, count in products.items()}
    for spare in (0, 1):  # a half more
        wanted = {tiles: count + spare * -(-count // 2) for tiles, count in fewest.items()}
        wanted = {tiles: count for tiles, count in wanted.items() if count < products[tiles]}
        if wanted:
            users = max(-(-products[tiles] // count) for tiles, count in wanted.items())
            yield Economy(wanted, _choice_ns(times, users))


def count_dsp_blocks(scheduled: ScheduledFunction, target: Target, inside: Collection[int] | None = None) -> int:
    """Of all multipliers, as synthesis makes them. inside: only those that these operations need."""
    function = scheduled.function
    wanted = function.ops if inside is None else inside
    unit_of = {id: number for number, unit in enumerate(scheduled.shared) for id in unit.users}
    units = {unit_of[id] for id in wanted if id in unit_of}
    alone = (function.ops[id] for id in wanted if function.ops[id].kind is Kind.MUL and id not in unit_of)
    return sum(len(scheduled.shared[number].tiles) for number in units) + sum(
        len(signed_tiles(factor_bits(function, op), op.width, target.delays))
        for op in alone
        if uses_dsp(function, op, target)
    )


def multipliers(function: Function, shared: tuple[SharedUnit, ...]) -> int:
    """Of two variables, those that take turns counted once."""
    turns = {id for unit in shared for id in unit.users}
    products = (op for op in function.ops.values() if op.kind is Kind.MUL and op.id not in turns)
    alone = sum(all(function.ops[arg].kind is not Kind.CONST for arg in op.args) for op in products)
    return alone + len(shared)


def wished_economy(function: Function, times: OperatorTimes) -> Economy | None:
    """What ALLOCATION asks of every block with products, where that is fewer multipliers than there are products."""
    limit = function.multipliers
    products = count_turns(function, function.ops, times)
    if limit is None or products.total() <= limit:
        return None
    most = min(_MOST_USERS, -(-products.total() // limit))
    return Economy(dict.fromkeys(products, limit), _choice_ns(times, most))


def _choice_ns(times: OperatorTimes, users: int) -> float:
    return times.target.delays.delay_ns("mux", 8, users)


def _may_share(function: Function, block: ScheduledBlock) -> bool:
    return block.loop is None or block.ii > 1 or function.multipliers is not None


def _candidates(function: Function, block: ScheduledBlock, times: OperatorTimes) -> list[_Candidate]:
    ops = [function.ops[id] for id in function.blocks[block.label].ops if id in block.stage]
    wanted = {op.id for op in ops if times.turns(op)}
    if not _may_share(function, block):  # but those of several blocks with registers need a unit
        wanted = {id for id in wanted if times.turns(function.ops[id]) > 1 and block.available[id] > block.stage[id]}
    if not wanted:
        return []
    slack = _path_slack_ns(function, block)
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
            spare_ns = slack[op.id] + block.choice_ns
            tiles = times.tiles(op)
            tree = adder_tree(tiles, op.width, times.target.delays)
            found.append(_Candidate(op, block.label, row, latency, spare_ns, ordered, swapped, len(tiles), tree))
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

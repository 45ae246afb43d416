"""The operations of a scheduled block as rows for pictures and tables; many of them are put together."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from hlsgen.hls.bind.scheduled import ScheduledBlock, ScheduledFunction
from hlsgen.hls.cdfg.ir import MEMORY_KINDS, STATUS_KINDS, STREAM_KINDS, Kind, Op
from hlsgen.hls.schedule.result import Schedule, required_gap

_WIRING = frozenset((Kind.SEXT, Kind.ZEXT, Kind.SLICE, Kind.CONCAT, Kind.COPY))
_BANK = re.compile(r"_b?\d+$")  # one of many
_DIVISIONS = frozenset((Kind.UDIV, Kind.SDIV, Kind.UREM, Kind.SREM))
_UNNAMED = re.compile(
    r"(add|and|arrayidx|call|cmp|conv|cond|dec|div|extract|frombool|icmp|idxprom|inc|land|loadedv|lor|lnot|mul|neg|not|or|ref|"
    r"rem|retval|select|sext|shl|shr|spec|storedv|sub|tobool|trunc|xor|zext)\d*"
)
_FEW = 40  # rows that are all shown
_THINNEST = 0.03  # of a cycle, so that wires are seen
_ARITHMETIC = frozenset((Kind.ADD, Kind.SUB, Kind.SHL, Kind.LSHR, Kind.ASHR))


@dataclass(frozen=True, slots=True)
class Row:
    """One operation. stage: its cycle in the block; begin, end: its place in cycles and fractions of them.

    critical: on a recurrence that leaves the interval no smaller. latency: cycles until its value can be used.
    """

    id: int
    name: str
    kind: str
    family: str
    bits: int
    block: str
    stage: int
    latency: int
    begin: float
    end: float
    slack_ns: float | None
    source: str
    critical: bool


def family_of(op: Op) -> str:
    if op.kind in STREAM_KINDS | STATUS_KINDS:
        return "stream"
    if op.kind in MEMORY_KINDS:
        return "memory"
    if op.kind is Kind.MUL:
        return "multiply"
    if op.kind in _DIVISIONS:
        return "divide"
    if op.kind in _ARITHMETIC:
        return "arithmetic"
    if op.kind in _WIRING or op.kind is Kind.CONST:
        return "wiring"
    return "state" if op.kind in (Kind.PHI, Kind.PARAM) else "logic"


def name_of(op: Op) -> str:
    """What the source calls it, as far as LLVM kept it; not what Clang calls what has no name there."""
    if op.object:
        return f"{op.kind} {op.object}"
    plain, kind = op.name.split(".")[0], op.predicate if op.kind is Kind.ICMP else str(op.kind)
    return kind if not plain or _UNNAMED.fullmatch(plain) else f"{plain} ({kind})"


def rows_of(function: ScheduledFunction, label: str) -> list[Row]:
    """The rows of one block, by cycle; constants have none."""
    block, ops = function.blocks[label], function.function.ops
    schedule = block.schedule
    clock_ns = schedule.problem.clock_ns
    known = {operation.id: operation for operation in schedule.problem.operations}
    slack = schedule.slack_ns()
    tight = critical_operations(schedule) if block.bound_by else frozenset()
    rows = []
    for id, stage in block.stage.items():
        op = ops[id]
        if op.kind is Kind.CONST:
            continue
        operation = known.get(id)
        arrival = min(
            schedule.arrival_ns.get(id, 0.0) / clock_ns, 1 - _THINNEST
        )  # what is too slow ends with its cycle
        latency = block.available[id] - stage
        delay = operation.delay_ns / clock_ns if operation is not None else 0.0
        end = stage + latency if latency else stage + min(1.0, arrival + max(delay, _THINNEST))
        loc = function.function.place_of(op)
        rows.append(
            Row(
                id=id,
                name=name_of(op),
                kind=str(op.kind),
                family=family_of(op),
                bits=op.width,
                block=label,
                stage=stage,
                latency=latency,
                begin=stage + arrival,
                end=end,
                slack_ns=slack.get(id),
                source=f"{Path(loc.file).name}:{loc.line}" if loc.line else "",
                critical=id in tight,
            )
        )
    return sorted(rows, key=lambda row: (row.begin, row.end, row.id))


def critical_operations(schedule: Schedule) -> frozenset[int]:
    """Operations on a recurrence without slack: a cycle of dependences that are all as short as they can be."""
    if schedule.ii is None:
        return frozenset()
    by_id = {op.id: op for op in schedule.problem.operations}
    after: dict[int, list[int]] = defaultdict(list)
    carried = []
    for d in schedule.problem.dependences:
        gap = schedule.start[d.target] + schedule.ii * d.distance - schedule.start[d.source]
        if gap == required_gap(d, by_id[d.source], True):
            after[d.source].append(d.target)
            if d.distance:
                carried.append(d)
    before: dict[int, list[int]] = defaultdict(list)
    for source, targets in after.items():
        for target in targets:
            before[target].append(source)
    found: set[int] = set()
    for d in carried:
        there, back = _reached(after, d.target), _reached(before, d.source)
        if d.source in there:
            found |= there & back
    return frozenset(found)


def _reached(edges: dict[int, list[int]], start: int) -> set[int]:
    seen, stack = {start}, [start]
    while stack:
        for other in edges.get(stack.pop(), ()):
            if other not in seen:
                seen.add(other)
                stack.append(other)
    return seen


def folded(rows: list[Row]) -> tuple[list[Row], str]:
    """Operations of one kind and line that run at the same time as one row: most often what was one before UNROLL."""
    if len(rows) <= _FEW:
        return rows, ""
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        name = _BANK.sub("", row.name) if row.family in ("memory", "stream", "state") else row.kind
        groups[name, row.family, row.stage, round(row.begin, 2), round(row.end, 2), row.source, row.critical].append(
            row
        )
    joined = [_joined(str(key[0]), group) for key, group in groups.items()]
    note = "operations of one kind, line and time are drawn as one" if len(joined) < len(rows) else ""
    return sorted(joined, key=lambda row: (row.begin, row.end, row.id)), note


def gathered(rows: list[Row], most: int) -> tuple[list[Row], str]:
    """At most about `most` rows: wiring left out first, then operations of one kind and cycle as one row."""
    if len(rows) <= most:
        return rows, ""
    kept = [row for row in rows if row.family != "wiring" or row.critical]
    if len(kept) <= most:
        return kept, f"{len(rows) - len(kept)} operations that are only wires are left out"
    groups: dict[tuple[str, str, int, bool], list[Row]] = defaultdict(list)
    for row in kept:
        groups[
            row.name if row.family in ("memory", "stream") else row.kind, row.family, row.stage, row.critical
        ].append(row)
    joined = [_joined(name, group) for (name, _, _, _), group in groups.items()]
    joined.sort(key=lambda row: (row.begin, row.end, row.id))
    note = f"{len(rows)} operations; those of one kind in one cycle are drawn as one"
    if len(joined) > most:
        note += f"; the first {most} rows"
    return joined[:most], note


def _joined(name: str, group: list[Row]) -> Row:
    first = group[0]
    if len(group) == 1:
        return first
    sources = sorted({row.source for row in group if row.source})
    slacks = [row.slack_ns for row in group if row.slack_ns is not None]
    return replace(
        first,
        name=f"{len(group)} x {name}",
        bits=max(row.bits for row in group),
        latency=max(row.latency for row in group),
        begin=min(row.begin for row in group),
        end=max(row.end for row in group),
        slack_ns=min(slacks, default=None),
        source=sources[0] + (" …" if len(sources) > 1 else "") if sources else "",
    )


def title_of(block: ScheduledBlock) -> str:
    if block.loop is None:
        return f"{block.label}: {block.depth} cycles"
    interval = f"II {block.ii}, " if block.loop.ii is not None else ""
    return f"loop {block.loop.label or block.label}: {interval}{block.depth} stages"

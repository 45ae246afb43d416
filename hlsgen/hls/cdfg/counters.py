"""Counters whose course is known: from a constant, by a constant, as often as their loop runs."""

from __future__ import annotations

from dataclasses import dataclass

from .ir import Function, Kind, Op
from .semantics import signed


@dataclass(frozen=True, slots=True)
class Counter:
    """A phi of a loop header and the value that it takes next; `low`..`high` is where the phi stays, unsigned."""

    phi: int
    following: int
    step: int
    low: int
    high: int


def counters(function: Function) -> list[Counter]:
    """Those that do not wrap around, not even in the step that ends the loop."""
    ops = function.ops
    found = []
    for loop in function.loops.values():
        if not loop.trip_count:
            continue
        for phi in (ops[id] for id in function.blocks[loop.header].ops if ops[id].kind is Kind.PHI):
            inside = {a for a, origin in zip(phi.args, phi.blocks, strict=True) if origin in loop.blocks}
            starts = {a for a, origin in zip(phi.args, phi.blocks, strict=True) if origin not in loop.blocks}
            if len(inside) != 1 or len(starts) != 1:
                continue
            first, following = ops[starts.pop()], ops[inside.pop()]
            total = ops[following.args[0]] if following.kind is Kind.ZEXT else following  # a counter of fewer bits
            steps = [ops[arg] for arg in total.args if ops[arg].kind is Kind.CONST]
            is_sum = total.kind is Kind.ADD and len(steps) == 1 and any(_is_low(ops, arg, phi) for arg in total.args)
            if first.kind is not Kind.CONST or not is_sum:
                continue
            step = signed(steps[0].value, total.width)
            last = first.value + step * (loop.trip_count - 1)
            if 0 <= last + step < 1 << total.width and first.value < 1 << total.width:
                found.append(Counter(phi.id, following.id, step, min(first.value, last), max(first.value, last)))
    return found


def _is_low(ops: dict[int, Op], arg: int, phi: Op) -> bool:
    """It is the phi, or the low bits of it."""
    op = ops[arg]
    return arg == phi.id or (op.kind is Kind.SLICE and op.args[0] == phi.id and op.value == 0)

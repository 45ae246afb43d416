"""A compare of x + c with a constant compares x: a loop knows whether it goes on without waiting for its counter.

Where ranges say that x + c does not wrap around, x + c < n is x < n - c. (For == and != that holds anyway, and
`simplify` does it.)
"""

from __future__ import annotations

from dataclasses import replace

from hlsgen.hls.cdfg.ir import Editor, Function, Kind, Op
from hlsgen.hls.cdfg.semantics import signed

from .narrow import Interval, value_ranges


def compare_early(function: Function) -> Function:
    """The same function with compares that wait for less."""
    found = [op for op in function.ops.values() if _candidate(function, op)]
    if not found:
        return function
    ranges = value_ranges(function)
    edit = Editor(function)
    place = {id: label for label, block in function.blocks.items() for id in block.ops}
    for op in found:
        total, limit = (function.ops[arg] for arg in op.args)
        x, c = sorted((function.ops[arg] for arg in total.args), key=lambda arg: arg.kind is Kind.CONST)
        moved = _moved(op, ranges.get(x.id), c, limit)
        if moved is not None:
            constant = edit.const(moved, limit.width)
            order = edit.order[place[op.id]]
            order.insert(order.index(op.id), constant)
            edit.ops[op.id] = replace(op, args=(x.id, constant))
    return edit.finish()


def _candidate(function: Function, op: Op) -> bool:
    if op.kind is not Kind.ICMP or op.predicate in ("eq", "ne"):
        return False
    total, limit = (function.ops[arg] for arg in op.args)
    terms = [function.ops[arg].kind is Kind.CONST for arg in total.args]
    return limit.kind is Kind.CONST and total.kind is Kind.ADD and any(terms) and not all(terms)


def _moved(op: Op, x: Interval | None, c: Op, limit: Op) -> int | None:
    """The constant that x is compared with instead, when no value of the compare changes."""
    width, by = limit.width, signed(c.value, c.width)
    if op.predicate.startswith("s"):
        least, most, value = -(1 << width - 1), (1 << width - 1) - 1, signed(limit.value, width)
    else:
        least, most, value = 0, (1 << width) - 1, limit.value
    if x is None or x.low < least or x.high > most:
        return None
    fits = x.low + by >= least and x.high + by <= most and least <= value - by <= most
    return value - by if fits else None

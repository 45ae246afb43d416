"""Selects behind each other that choose between the same two values become one, with a condition of its own.

If-conversion leaves a select for every branch that a value passes, mostly with the old value on one side: the new one,
a late read perhaps, then goes through all of them. Conditions are bits, and mostly early. Where the new condition
would come too late for that to be faster, the selects stay as they are.
"""

from __future__ import annotations

from collections import defaultdict

from hlsgen.hls.cdfg.ir import Editor, Function, Kind, Op
from hlsgen.hls.passes.emit import Emitter

# Steps of a carry-free operation that an operation takes, by experience.
_STEPS = defaultdict(
    lambda: 1,
    dict.fromkeys((Kind.PHI, Kind.CONST, Kind.PARAM, Kind.SLICE, Kind.CONCAT, Kind.ZEXT, Kind.SEXT), 0)
    | dict.fromkeys((Kind.ADD, Kind.SUB, Kind.ICMP), 2)
    | dict.fromkeys((Kind.MUL, Kind.LOAD, Kind.UDIV, Kind.SDIV, Kind.UREM, Kind.SREM), 4),
)


def join_selects(function: Function) -> Function:
    """The same function, its selects nested less deeply."""
    edit = Editor(function)
    for label, block in function.blocks.items():
        arrival: dict[int, int] = defaultdict(int)
        placed: list[int] = []
        edit.order[label] = placed
        for id in block.ops:
            while edit.ops[id].kind is Kind.SELECT and _join(edit, placed, id, arrival):
                pass
            op = edit.ops[id]
            arrival[id] = 0 if op.kind is Kind.PHI else _after(arrival, op.inputs()) + _STEPS[op.kind]
            placed.append(id)
    return edit.finish()


def _join(edit: Editor, placed: list[int], id: int, arrival: dict[int, int]) -> bool:
    """Takes one select out from before select `id`."""
    op = edit.ops[id]
    condition, if_one, if_zero = op.args
    for outer, inner in ((if_one, if_zero), (if_zero, if_one)):
        below = edit.ops[inner]
        if below.kind is not Kind.SELECT or outer not in below.args[1:] or outer == inner:
            continue
        other, one, zero = below.args
        new = zero if outer == one else one
        now = max(arrival[condition], arrival[inner])
        if max(arrival[condition] + 1, arrival[other] + 1, arrival[outer], arrival[new]) >= now:
            continue
        make = Emitter(edit, placed, op)
        # `new` is taken where the outer select leads to the inner one, and that to `new`.
        first = condition if inner == if_one else make.invert(condition)
        second = other if new == one else make.invert(other)
        both = make.op(Kind.AND, 1, first, second)
        arrival[both] = _after(arrival, (condition, other)) + 1
        edit.ops[id] = Op(id, Kind.SELECT, op.width, (both, new, outer), loc=op.loc, name=op.name)
        return True
    return False


def _after(arrival: dict[int, int], ids: tuple[int, ...]) -> int:
    return max((arrival[id] for id in ids), default=0)

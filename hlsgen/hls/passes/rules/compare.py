"""Compares: the narrowest that say the same."""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import SWAPPED_PREDICATE, Kind, Op
from hlsgen.hls.cdfg.semantics import evaluate, signed

from ..rewriter import Rewriter


def comparison(r: Rewriter, op: Op, args: list[Op]) -> int | None:
    a, b = args
    if a.id == b.id:
        return r.const(op.predicate in ("eq", "ule", "uge", "sle", "sge"), 1)
    if a.kind is Kind.CONST:
        return r.new(Kind.ICMP, 1, (b.id, a.id), op, predicate=SWAPPED_PREDICATE[op.predicate])
    if b.kind is Kind.CONST:
        value, width = signed(b.value, b.width), b.width
        always = _foregone(op.predicate, b)
        if always is not None:
            return r.const(always, 1)
        if (op.predicate in ("slt", "sge") and value == 0) or (op.predicate in ("sgt", "sle") and value == -1):
            sign = r.slice(a.id, width - 1, 1, op)
            return sign if op.predicate in ("slt", "sle") else r.invert(sign, op)
        if width == 1 and op.predicate in ("eq", "ne"):
            return a.id if (op.predicate == "eq") == bool(b.value) else r.invert(a.id, op)
        if op.predicate in ("eq", "ne") and a.kind in (Kind.ADD, Kind.SUB):
            moved = _without_step(r, a, b)
            if moved is not None:
                return r.new(Kind.ICMP, 1, moved, op, predicate=op.predicate)
    return _narrower(r, op, a, b)


def _without_step(r: Rewriter, a: Op, b: Op) -> tuple[int, int] | None:
    """`x + c == d` as `x == d - c`: without waiting for the sum."""
    x, y = r.inputs(a)
    if a.kind is Kind.ADD and x.kind is Kind.CONST:
        x, y = y, x
    if y.kind is Kind.CONST:
        return x.id, r.const(b.value - y.value if a.kind is Kind.ADD else b.value + y.value, b.width)
    if x.kind is Kind.CONST and a.kind is Kind.SUB:
        return y.id, r.const(x.value - b.value, b.width)
    return None


def _narrower(r: Rewriter, op: Op, a: Op, b: Op) -> int | None:
    """A compare of extended values is one of the values themselves."""
    unsigned = not op.predicate.startswith("s")
    kind = a.kind
    if kind not in (Kind.ZEXT, Kind.SEXT) or (kind is Kind.SEXT and unsigned and op.predicate not in ("eq", "ne")):
        return None
    inner = r.see(a.args[0])
    sign = kind is Kind.SEXT
    if b.kind is kind:
        other = r.see(b.args[0])
        width = max(inner.width, other.width)
        left, right = (r.extend(x.id, width, op, sign=sign) for x in (inner, other))
    elif b.kind is Kind.CONST:
        value = signed(b.value, b.width) if sign else b.value
        low, high = (-(1 << inner.width - 1), 1 << inner.width - 1) if sign else (0, 1 << inner.width)
        if not low <= value < high:
            return _out_of_range(r, op, a, b)
        left, right = inner.id, r.const(value, inner.width)
    else:
        return None
    predicate = op.predicate if sign or unsigned else "u" + op.predicate[1:]
    return r.new(Kind.ICMP, 1, (left, right), op, predicate=predicate)


def _out_of_range(r: Rewriter, op: Op, a: Op, b: Op) -> int:
    """Compare of an extended value with a constant that it can never reach: any value of it decides."""
    return r.const(evaluate(op, [0, b.value], [a.width, b.width]), 1)


def _foregone(predicate: str, limit: Op) -> bool | None:
    """What `x predicate limit` is for every x, when `limit` is the least or the greatest value."""
    sign = 1 << limit.width - 1 if predicate.startswith("s") else 0
    from_least = limit.value ^ sign  # signed order is unsigned order with the sign bit inverted
    if from_least == 0 and predicate[1:] in ("lt", "ge"):
        return predicate[1:] == "ge"
    if from_least == (1 << limit.width) - 1 and predicate[1:] in ("gt", "le"):
        return predicate[1:] == "le"
    return None

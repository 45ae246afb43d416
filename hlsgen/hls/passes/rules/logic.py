"""Conditions, bits that are known to be opposite, and masks."""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import INVERSE_PREDICATE, Kind, Op

from ..rewriter import Rewriter


def one_bit(r: Rewriter, op: Op, a: Op, b: Op) -> int | None:
    """One-bit AND and OR, of which one is here `op.kind` and the other its dual: what conditions come to."""
    dual = Kind.OR if op.kind is Kind.AND else Kind.AND
    if opposite(r, a, b):
        return r.const(op.kind is Kind.OR, 1)
    for x, y in ((a, b), (b, a)):
        if op.kind is Kind.AND and _implies(r, x, y):
            return x.id
        if y.kind is op.kind is Kind.AND:
            for part, rest in (r.inputs(y), r.inputs(y)[::-1]):
                if _implies(r, x, part):
                    return r.new(Kind.AND, 1, (x.id, rest.id), op)
        if y.kind not in (op.kind, dual):
            continue
        parts = r.inputs(y)
        for part, rest in (parts, parts[::-1]):
            if part.id == x.id:
                return x.id if y.kind is dual else y.id
            if opposite(r, part, x):
                if y.kind is dual:
                    return r.new(op.kind, 1, (x.id, rest.id), op)
                return r.const(dual is Kind.AND, 1)
    if a.kind is b.kind is dual:
        mine, theirs = r.inputs(a), r.inputs(b)
        for part, rest in (mine, mine[::-1]):
            for other, remainder in (theirs, theirs[::-1]):
                if part.id == other.id and opposite(r, rest, remainder):
                    return part.id
    return None


def opposite(r: Rewriter, a: Op, b: Op) -> bool:
    """One is the inverse of the other."""
    if a.kind is b.kind is Kind.ICMP:
        same = tuple(map(r.resolve, a.args)) == tuple(map(r.resolve, b.args))
        return same and a.predicate == INVERSE_PREDICATE[b.predicate]
    for x, y in ((a, b), (b, a)):
        if x.kind is Kind.XOR and y.id in map(r.resolve, x.args):
            return any(arg.kind is Kind.CONST for arg in r.inputs(x))
    return False


def inverted(r: Rewriter, a: Op, op: Op) -> int | None:
    """The inverse of a one-bit value when it is known without an inverter."""
    if a.kind is Kind.ICMP:
        return r.new(Kind.ICMP, 1, a.args, op, predicate=INVERSE_PREDICATE[a.predicate])
    if a.kind is Kind.XOR:
        x, y = r.inputs(a)
        if y.kind is Kind.CONST:
            return x.id
        if x.kind is Kind.CONST:
            return y.id
    return None


def masked(r: Rewriter, op: Op, a: Op, mask: int) -> int | None:
    """AND with a constant of one run of ones is a slice between zeros."""
    if mask == 0:
        return r.const(0, op.width)
    low = (mask & -mask).bit_length() - 1
    run = mask >> low
    if run & (run + 1):
        return None
    high = low + run.bit_length()
    if low == 0 and high == op.width:
        return a.id
    return r.concat([(0, op.width - high), (r.slice(a.id, low, high - low, op), high - low), (0, low)], op)


def _implies(r: Rewriter, a: Op, b: Op) -> bool:
    """`v == 5` is that `v != 3`."""
    if not (a.kind is b.kind is Kind.ICMP and (a.predicate, b.predicate) == ("eq", "ne")):
        return False
    (value, is_this), (other, is_not) = r.inputs(a), r.inputs(b)
    return value.id == other.id and is_this.kind is is_not.kind is Kind.CONST and is_this.value != is_not.value

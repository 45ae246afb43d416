"""Slices, extensions and concatenations of each other."""

from __future__ import annotations

from itertools import pairwise

from hlsgen.hls.cdfg.ir import Kind, Op

from ..rewriter import Rewriter


def extension(r: Rewriter, op: Op, args: list[Op]) -> int | None:
    """SEXT, ZEXT."""
    a = args[0]
    inner = r.resolve(a.args[0]) if a.args else 0
    if a.kind is Kind.ZEXT or (a.kind is Kind.SEXT and op.kind is Kind.SEXT):
        return r.new(a.kind, op.width, (inner,), op)
    return None


def part(r: Rewriter, op: Op, args: list[Op]) -> int | None:
    """SLICE."""
    a, lsb, width = args[0], op.value, op.width
    if lsb == 0 and width == a.width:
        return a.id
    first = r.resolve(a.args[0]) if a.args else 0
    match a.kind:
        case Kind.SLICE:
            return r.slice(first, a.value + lsb, width, op)
        case Kind.ZEXT | Kind.SEXT:
            has = r.edit.ops[first].width
            if lsb + width <= has:
                return r.slice(first, lsb, width, op)
            if lsb < has:
                kept = r.slice(first, lsb, has - lsb, op)
                return r.extend(kept, width, op, sign=a.kind is Kind.SEXT)
            if a.kind is Kind.ZEXT:
                return r.const(0, width)
            return r.extend(r.slice(first, has - 1, 1, op), width, op, sign=True)
        case Kind.CONCAT:
            parts, at = [], a.width
            for arg in map(r.resolve, a.args):
                has = r.edit.ops[arg].width
                at -= has
                low, high = max(lsb, at), min(lsb + width, at + has)
                if low < high:
                    parts.append((r.slice(arg, low - at, high - low, op), high - low))
            return r.concat(parts, op)
        case Kind.ADD if (same := _below_the_constant(r, a, lsb + width)) is not None:
            return r.slice(same, lsb, width, op)
        case Kind.AND | Kind.OR | Kind.XOR | Kind.SELECT if _cheap_to_split(r, a):
            arms = [r.resolve(arg) for arg in a.args]
            head = arms[:1] if a.kind is Kind.SELECT else []
            tail = [r.slice(arg, lsb, width, op) for arg in arms[len(head) :]]
            return r.new(a.kind, width, (*head, *tail), op)
    return None


def _below_the_constant(r: Rewriter, a: Op, width: int) -> int | None:
    """The other operand of a sum with a constant whose lowest bits are 0: there it stays as it is."""
    for other, constant in (a.args, a.args[::-1]):
        if r.see(constant).kind is Kind.CONST and r.see(constant).value % (1 << width) == 0:
            return r.resolve(other)
    return None


def _cheap_to_split(r: Rewriter, a: Op) -> bool:
    """A bitwise operation on wiring: slicing it first leaves less of it."""
    wiring = (Kind.ZEXT, Kind.SEXT, Kind.CONCAT, Kind.CONST)
    return any(r.see(arg).kind in wiring for arg in a.args[-2:])


def concatenation(r: Rewriter, op: Op, args: list[Op]) -> int | None:
    """CONCAT of concatenations, and of neighbouring slices of one value."""
    if any(arg.kind is Kind.CONCAT for arg in args):
        flat = [id for arg in args for id in (arg.args if arg.kind is Kind.CONCAT else (arg.id,))]
        return r.new(Kind.CONCAT, op.width, tuple(map(r.resolve, flat)), op)
    if len(args) == 1:
        return args[0].id
    for k, (high, low) in enumerate(pairwise(args)):
        merged = None
        if high.kind is Kind.CONST and low.kind is Kind.CONST:
            merged = r.const(high.value << low.width | low.value, high.width + low.width)
        elif high.kind is Kind.SLICE and low.kind is Kind.SLICE and low.value + low.width == high.value:
            source = r.resolve(high.args[0])
            if source == r.resolve(low.args[0]):
                merged = r.slice(source, low.value, high.width + low.width, op)
        if merged is not None:
            rest = (*(a.id for a in args[:k]), merged, *(a.id for a in args[k + 2 :]))
            return r.new(Kind.CONCAT, op.width, rest, op) if len(rest) > 1 else merged
    return None

"""Selects: arms and conditions that decide each other."""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import Kind, Op

from ..rewriter import Rewriter
from .logic import inverted, opposite


def selection(r: Rewriter, op: Op, args: list[Op]) -> int | None:
    condition, one, zero = args
    if condition.kind is Kind.CONST:
        return one.id if condition.value else zero.id
    if one.id == zero.id:
        return one.id
    if op.width == 1 and one.kind is Kind.CONST and zero.kind is Kind.CONST:
        return condition.id if one.value else r.invert(condition.id, op)
    if op.width == 1 and zero.kind is Kind.CONST and not zero.value:
        return r.new(Kind.AND, 1, (condition.id, one.id), op)
    if op.width == 1 and one.kind is Kind.CONST and one.value:
        return r.new(Kind.OR, 1, (condition.id, zero.id), op)
    if condition.kind is Kind.XOR:  # an inverted condition swaps the arms
        plain = inverted(r, condition, op)
        if plain is not None:
            return r.new(Kind.SELECT, op.width, (plain, zero.id, one.id), op)
    for arm, keep in ((one, True), (zero, False)):  # the same condition again inside an arm
        if arm.kind is Kind.SELECT and r.resolve(arm.args[0]) == condition.id:
            inner = r.resolve(arm.args[1 if keep else 2])
            both = (condition.id, inner, zero.id) if keep else (condition.id, one.id, inner)
            return r.new(Kind.SELECT, op.width, both, op)
        rest = _decided(r, arm, condition, keep)
        if rest is not None:
            both = (condition.id, rest, zero.id) if keep else (condition.id, one.id, rest)
            return r.new(Kind.SELECT, op.width, both, op)
    return _continued(r, condition, one, zero)


def _decided(r: Rewriter, arm: Op, condition: Op, holds: bool) -> int | None:
    """A select in an arm, with the part of its condition that the outer one decides left out."""
    inner = r.see(arm.args[0]) if arm.kind is Kind.SELECT else None
    if inner is None or inner.kind not in (Kind.AND, Kind.OR):
        return None
    parts = r.inputs(inner)
    for part, other in (parts, parts[::-1]):
        same = part.id == condition.id
        if (same or opposite(r, part, condition)) and (same == holds) == (inner.kind is Kind.AND):
            arms = tuple(map(r.resolve, arm.args[1:]))
            return r.new(Kind.SELECT, arm.width, (other.id, *arms), arm)
    return None


def _continued(r: Rewriter, condition: Op, one: Op, zero: Op) -> int | None:
    """`x == c ? c : x`, and `x == c ? v : x + d` when x + d is v at c: a counter that wraps by itself."""
    if condition.kind is not Kind.ICMP:
        return None
    subject, limit = r.inputs(condition)
    if limit.kind is not Kind.CONST:
        return None
    top = (1 << limit.width) - 1
    if condition.predicate == "eq" or (condition.predicate, limit.value) == ("uge", top):
        fixed, moving = one, zero
    elif condition.predicate == "ne" or (condition.predicate, limit.value) == ("ult", top):
        fixed, moving = zero, one
    else:
        return None
    if moving.id == subject.id:
        return moving.id if fixed.id == limit.id else None
    if fixed.kind is not Kind.CONST or moving.kind is not Kind.ADD:
        return None
    parts = r.inputs(moving)
    for x, step in (parts, parts[::-1]):
        if x.id == subject.id and step.kind is Kind.CONST:
            wraps = (limit.value + step.value) % (1 << limit.width) == fixed.value
            return moving.id if wraps else None
    return None

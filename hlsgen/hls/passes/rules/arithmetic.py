"""Sums, bitwise operations, products, divisions and shifts, above all those with a constant."""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import COMMUTATIVE, Kind, Op
from hlsgen.hls.cdfg.semantics import signed

from ..rewriter import Rewriter
from .join import join
from .logic import inverted, masked, one_bit


def sum_or_bitwise(r: Rewriter, op: Op, args: list[Op]) -> int | None:
    a, b = args
    if a.kind is Kind.CONST and op.kind in COMMUTATIVE:
        a, b = b, a
    if b.kind is Kind.CONST:
        if b.value == 0 and op.kind is not Kind.AND:
            return a.id
        if op.kind is Kind.AND:
            return masked(r, op, a, b.value)
        if op.kind is Kind.OR and b.value == (1 << op.width) - 1:
            return b.id
    if a.id == b.id:
        if op.kind in (Kind.AND, Kind.OR):
            return a.id
        if op.kind in (Kind.SUB, Kind.XOR):
            return r.const(0, op.width)
    if op.width == 1 and op.kind in (Kind.AND, Kind.OR):
        return one_bit(r, op, a, b)
    if op.width == 1 and op.kind in (Kind.ADD, Kind.SUB):
        return r.new(Kind.XOR, 1, (a.id, b.id), op)
    if op.kind is Kind.XOR and op.width == 1 and b.kind is Kind.CONST:
        return inverted(r, a, op)
    if op.kind in (Kind.OR, Kind.XOR, Kind.ADD):
        return join(r, op, a, b)
    return None


def product(r: Rewriter, op: Op, args: list[Op]) -> int | None:
    """Operands lose their extensions and what lies above the product; a power of two becomes a shift."""
    for number, (a, b) in enumerate((args, args[::-1])):
        if (
            b.kind is Kind.CONST
            and b.value & (b.value - 1) == 0
            and not (op.signs[1 - number] and b.value >> b.width - 1)
        ):
            if not b.value:
                return r.const(0, op.width)
            whole = r.fit(a, op.width, op.signs[number], op)
            return r.new(Kind.SHL, op.width, (whole, r.const(b.value.bit_length() - 1, 32)), op)
    cut = [r.edit.ops[r.slice(arg.id, 0, min(arg.width, op.width), op)] for arg in args]
    (a_id, a_sign), (b_id, b_sign) = (_bare(r, arg, sign, op.width) for arg, sign in zip(cut, op.signs, strict=True))
    if (a_id, b_id) == (args[0].id, args[1].id):
        return None
    return r.new(Kind.MUL, op.width, (a_id, b_id), op, signs=(a_sign, b_sign))


def _bare(r: Rewriter, arg: Op, sign: bool, width: int) -> tuple[int, bool]:
    """A factor without its extension, and how it is to be extended."""
    whole = arg.width >= width  # then the product takes its low bits in either reading
    if arg.kind is Kind.CONST:
        value = signed(arg.value, arg.width) if sign or whole else arg.value
        bits = max(1, value.bit_length()) if value >= 0 else (-value - 1).bit_length() + 1
        return (r.const(value, bits), value < 0) if bits < arg.width else (arg.id, sign)
    inner = r.resolve(arg.args[0]) if arg.kind in (Kind.SEXT, Kind.ZEXT) else 0
    if arg.kind is Kind.SEXT and (sign or whole):
        return inner, True
    if arg.kind is Kind.ZEXT:
        return inner, False
    return arg.id, sign


def division(r: Rewriter, op: Op, args: list[Op]) -> int | None:
    a, b = args
    if b.kind is not Kind.CONST or b.value == 0 or b.value & (b.value - 1):
        return None
    bits = b.value.bit_length() - 1
    if op.kind is Kind.UDIV:
        return r.extend(r.slice(a.id, bits, op.width - bits, op), op.width, op)
    return r.extend(r.slice(a.id, 0, bits, op), op.width, op) if bits else r.const(0, op.width)


def shift(r: Rewriter, op: Op, args: list[Op]) -> int | None:
    a, amount = args
    if amount.kind is not Kind.CONST:
        if a.kind is Kind.CONST and a.value == 0:
            return a.id
        inner = r.see(amount.args[0]) if amount.kind is Kind.ZEXT else None
        if inner is not None:  # the amount's own width is enough
            return r.new(op.kind, op.width, (a.id, inner.id), op)
        return None
    by, width = amount.value, op.width
    if by == 0:
        return a.id
    if op.kind is Kind.ASHR:
        by = min(by, width - 1)
        return r.extend(r.slice(a.id, by, width - by, op), width, op, sign=True)
    if by >= width:
        return r.const(0, width)
    if op.kind is Kind.LSHR:
        return r.extend(r.slice(a.id, by, width - by, op), width, op)
    return r.concat([(r.slice(a.id, 0, width - by, op), width - by), (0, by)], op)

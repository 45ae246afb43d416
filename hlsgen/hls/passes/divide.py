"""Division in operations that a scheduler can spread over cycles.

By a variable: non-restoring, a bit of the quotient per step. The partial remainder stays within -d <= r < d; a step
appends the next bit of the dividend to it and adds d when it was negative, else subtracts d. The quotient's bit is
the inverted sign of the new remainder: one adder per step, nothing to choose. A negative remainder at the end lacks d.

By a constant c: x / c = x * m >> s, with the m and s that are exact for all x in question (Granlund and Montgomery,
"Division by invariant integers using multiplication", 1994).

Division by zero gives some value; nothing waits for it.
"""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import Kind

from .emit import Emitter


def step(e: Emitter, remainder: int, divisor: int, bit: int) -> tuple[int, int]:
    """(new partial remainder, inverted quotient bit). Both remainders have one bit more than the divisor, for the
    sign."""
    width = e.width(divisor)
    subtract = e.invert(e.top(remainder))
    shifted = e.concat(e.slice(remainder, 0, width), bit)
    turned = e.op(Kind.XOR, width + 1, e.fit(divisor, width + 1), e.repeat(subtract, width + 1))
    following = e.add_carry(shifted, turned, subtract)
    return following, e.top(following)


def restore(e: Emitter, remainder: int, divisor: int) -> int:
    """The remainder, in the width of the divisor, from the last partial remainder."""
    width = e.width(divisor)
    lacks = e.op(Kind.AND, width, divisor, e.repeat(e.top(remainder), width))
    return e.add(e.slice(remainder, 0, width), lacks)


def start(e: Emitter, dividend: int, divisor: int, bits: int) -> tuple[int, int]:
    """(first partial remainder, the dividend's bits that are left), for a quotient known to have `bits` bits."""
    width, has = e.width(divisor), e.width(dividend)
    if bits >= has:
        return e.const(0, width + 1), dividend
    return e.fit(e.slice(dividend, bits, has - bits), width + 1), e.slice(dividend, 0, bits)


def divide(e: Emitter, dividend: int, divisor: int, bits: int) -> tuple[int, int]:
    """(inverted quotient of `bits` bits, last partial remainder), all steps one after the other."""
    remainder, rest = start(e, dividend, divisor, bits)
    signs = []
    for place in reversed(range(e.width(rest))):
        remainder, sign = step(e, remainder, divisor, e.bit(rest, place))
        signs.append(sign)
    return e.concat(*signs), remainder


def reciprocal(divisor: int, largest: int) -> tuple[int, int]:
    """(m, s) with x // divisor == x * m >> s for 0 <= x <= largest, m as small as it can be."""
    shift = 0
    while True:
        factor = -(-(1 << shift) // divisor)
        if (factor * divisor - (1 << shift)) * largest < 1 << shift:
            return factor, shift
        shift += 1


def divide_by_constant(e: Emitter, dividend: int, divisor: int, largest: int) -> int:
    """The quotient of an unsigned dividend <= `largest`, divisor >= 1, in as many bits as it has."""
    zeros = (divisor & -divisor).bit_length() - 1  # a division by them is wiring
    bits = (largest // divisor).bit_length()
    if largest >> zeros == 0 or not bits:
        return e.const(0, 1)
    odd, small = divisor >> zeros, e.slice(dividend, zeros, largest.bit_length() - zeros)
    if odd == 1:
        return small
    factor, shift = reciprocal(odd, largest >> zeros)
    width = e.width(small) + factor.bit_length()
    product = e.op(Kind.MUL, width, small, e.const(factor, factor.bit_length()))
    return e.slice(product, shift, bits)


def divide_signed_by_constant(e: Emitter, dividend: int, divisor: int) -> int:
    """The quotient, rounded to zero, of a signed dividend, |divisor| >= 1, in one bit more than the dividend."""
    width, size = e.width(dividend), abs(divisor)
    sign = e.top(dividend)
    if size & (size - 1) == 0:
        zeros = size.bit_length() - 1
        if zeros >= width:
            return e.const(0, width + 1)
        if not zeros:
            quotient = e.fit(dividend, width + 1, sign=True)
        else:
            biased = e.add(dividend, e.fit(e.repeat(sign, zeros), width))
            quotient = e.fit(e.slice(biased, zeros, width - zeros), width + 1, sign=True)
    else:
        factor, shift = reciprocal(size, 1 << width - 1)
        total = width + factor.bit_length()
        product = e.op(Kind.MUL, total, dividend, e.const(factor, factor.bit_length()), signs=(True, False))
        if shift >= total:
            floor = e.repeat(e.top(product), width + 1)
        else:
            floor = e.fit(e.slice(product, shift, total - shift), width + 1, sign=True)
        quotient = e.add(floor, e.fit(sign, width + 1))  # floor + 1 is what a negative one is rounded to
    return e.op(Kind.SUB, width + 1, e.const(0, width + 1), quotient) if divisor < 0 else quotient

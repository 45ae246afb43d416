"""The slow truth: formats, rounding and overflow from their definitions, in `fractions.Fraction`, one by one.

Shares no arithmetic with hlsgen.numerics: it reads only the fields of a format. Also makes the vectors on
which rounding is hard.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import numpy as np

from hlsgen.numerics import Fixed, MiniFloat, Overflow, Rounding

HALF = Fraction(1, 2)


def power_of_two(exponent: int) -> Fraction:
    return Fraction(2) ** exponent


def round_fraction(value: Fraction, rounding: Rounding) -> int:
    below = math.floor(value)
    rest = value - below
    towards_zero = below if value >= 0 else math.ceil(value)
    if rounding is Rounding.TRN:
        return below
    if rounding is Rounding.TRN_ZERO:
        return towards_zero
    if rest != HALF:
        return below if rest < HALF else below + 1
    return {
        Rounding.RND: below + 1,
        Rounding.RND_MIN_INF: below,
        Rounding.RND_ZERO: towards_zero,
        Rounding.RND_INF: below if value < 0 else below + 1,
        Rounding.RND_CONV: below if below % 2 == 0 else below + 1,
    }[rounding]


def fixed_code(value: Fraction, fmt: Fixed) -> int:
    code = round_fraction(value / power_of_two(fmt.integer - fmt.width), fmt.rounding)
    highest = 2 ** (fmt.width - 1) - 1 if fmt.signed else 2**fmt.width - 1
    lowest = -(2 ** (fmt.width - 1)) if fmt.signed else 0
    if fmt.overflow is Overflow.WRAP:
        return (code - lowest) % 2**fmt.width + lowest
    if fmt.overflow is Overflow.SAT_SYM and fmt.signed:
        lowest = -highest
    if lowest <= code <= highest:
        return code
    if fmt.overflow is Overflow.SAT_ZERO:
        return 0
    return lowest if code < lowest else highest


@lru_cache
def minifloat_values(fmt: MiniFloat) -> list[Fraction]:
    """Values of the codes 0, 1, ... up to the largest finite one."""
    values = []
    for field in range(2**fmt.exponent):
        for fraction in range(2**fmt.mantissa):
            last = field == 2**fmt.exponent - 1
            if (fmt.variant == "ieee" and last) or (fmt.variant == "fn" and last and fraction == 2**fmt.mantissa - 1):
                continue
            significand = Fraction(fraction, 2**fmt.mantissa) + (field > 0)
            values.append(significand * power_of_two(max(field, 1) - fmt.bias + fmt.scale_exponent))
    return values


def minifloat_code(value: Fraction, fmt: MiniFloat, negative: bool) -> int:
    """Nearest code, saturating; `negative` sets the sign bit (of -0 too).

    A tie goes to the even significand; if both are odd (no mantissa bits), to the larger value, as IEEE 754
    has it.
    """
    values = minifloat_values(fmt)
    magnitude = min(abs(value), values[-1])
    above = bisect_left(values, magnitude)
    code = above
    if values[above] != magnitude:
        middle = (values[above - 1] + values[above]) / 2
        field, fraction = divmod(above - 1, 2**fmt.mantissa)
        below_is_even = (fraction + (field > 0) * 2**fmt.mantissa) % 2 == 0
        code = above - (magnitude < middle or (magnitude == middle and below_is_even))
    return code | (negative << (fmt.exponent + fmt.mantissa))


def minifloat_codes(values: np.ndarray, fmt: MiniFloat) -> np.ndarray:
    return np.array([minifloat_code(Fraction(float(v)), fmt, math.copysign(1, v) < 0) for v in values])


def fixed_codes(values: Iterable, fmt: Fixed, lsb_exponent: int = 0) -> np.ndarray:
    """Codes of floats, or of integers * 2**lsb_exponent; Python integers, which no NumPy type rounds."""
    weight = power_of_two(lsb_exponent)
    exact = (Fraction(v) if isinstance(v, int) else Fraction(float(v)) for v in values)
    return np.array([fixed_code(v * weight, fmt) for v in exact], dtype=object)


def hard_values(codes: list[Fraction], dtype: type) -> np.ndarray:
    """Every code and every midpoint of neighbours, with the next floats of `dtype` on both sides, both signs.

    With them zeros, the smallest and largest floats, and the first midpoint beyond the largest code.
    """
    marks = [*codes, *((a + b) / 2 for a, b in pairwise(codes))]
    marks += [codes[-1] + (codes[-1] - codes[-2]) / 2, 2 * codes[-1]]
    points = np.array([float(m) for m in marks], dtype=dtype)
    info = np.finfo(dtype)
    extremes = np.array([0, info.smallest_subnormal, info.tiny, info.max], dtype=dtype)
    infinity = dtype(np.inf)
    around = np.concatenate([points, np.nextafter(points, infinity), np.nextafter(points, -infinity), extremes])
    return np.concatenate([around, -around])

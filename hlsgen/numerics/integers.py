"""Rounding and overflow of integer arrays: the arithmetic that the generated C++ and Verilog perform.

Arrays are int64, or hold Python integers (dtype object) where 64 bits do not suffice; each function takes
both.
"""

from __future__ import annotations

import numpy as np

from .formats import Fixed, Overflow, Rounding


def fits_int64(low: int, high: int) -> bool:
    """Whether int64 holds every integer of [low, high]."""
    return low >= -(1 << 63) and high < 1 << 63


def integer_dtype(low: int, high: int) -> np.dtype:
    """int64 when it holds [low, high], else object (Python integers)."""
    return np.dtype(np.int64 if fits_int64(low, high) else object)


def bit_length(values: np.ndarray) -> int:
    """Bits of the largest magnitude in `values`; 0 when there are none."""
    if values.size == 0:
        return 0
    return max(int(values.max()), -int(values.min())).bit_length()


def shift_right(values: np.ndarray, shift: int, rounding: Rounding) -> np.ndarray:
    """values / 2**shift, rounded once. Any shift >= 0, beyond the width of the values too."""
    if shift == 0:
        return values
    if values.dtype != object and shift > 62:
        # The low bits only matter as "some are set": jam them into one, and what remains fits an int64 shift.
        jam = min(shift - 62, 63)
        values = (values >> jam) | (values & ((1 << jam) - 1) != 0)
        shift = 62
    quotient = values >> shift
    remainder = values - (quotient << shift)
    half = 1 << (shift - 1)
    up_at_tie: bool | np.ndarray
    match rounding:
        case Rounding.TRN:
            return quotient
        case Rounding.TRN_ZERO:
            return quotient + ((values < 0) & (remainder != 0))
        case Rounding.RND:
            up_at_tie = True
        case Rounding.RND_MIN_INF:
            up_at_tie = False
        case Rounding.RND_ZERO:
            up_at_tie = values < 0
        case Rounding.RND_INF:
            up_at_tie = values > 0
        case Rounding.RND_CONV:
            up_at_tie = quotient & 1 == 1
    return quotient + ((remainder > half) | (remainder == half) & up_at_tie)


def overflow(values: np.ndarray, fmt: Fixed) -> np.ndarray:
    """Integers of any size brought into the codes of `fmt` by its overflow mode."""
    low, high = fmt.min_code, fmt.max_code
    if fmt.width > 62:
        values = values.astype(object)
    match fmt.overflow:
        case Overflow.WRAP:
            codes = values & ((1 << fmt.width) - 1)
            if fmt.signed:
                codes = codes - ((codes & (1 << (fmt.width - 1))) << 1)
        case Overflow.SAT | Overflow.SAT_SYM:
            codes = np.clip(values, low, high)
        case Overflow.SAT_ZERO:
            codes = np.where((values < low) | (values > high), 0, values)
    return codes.astype(integer_dtype(low, high), copy=False)

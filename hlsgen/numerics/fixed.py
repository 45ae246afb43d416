"""Floats and integers to `Fixed` codes: one rounding, then overflow, exact from float32 and from float64."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .formats import Fixed, Overflow, Rounding
from .integers import bit_length, overflow, shift_right


def fixed_from_floats(values: np.ndarray, fmt: Fixed) -> np.ndarray:
    """Codes (as integer-valued floats when narrow) of finite float32 or float64 `values`."""
    # float32 holds every integer up to 2**24: as exact as float64 for such codes, and twice as fast.
    if values.dtype == np.float32 and (fmt.width > 24 or not -100 < fmt.lsb_exponent <= 0):
        values = values.astype(np.float64)
    with np.errstate(over="ignore"):
        rounded = round_floats(scale_by_power_of_two(values, -fmt.lsb_exponent), fmt.rounding)
    if fmt.overflow in (Overflow.SAT, Overflow.SAT_SYM) and fmt.width <= 24:
        return np.clip(rounded, fmt.min_code, fmt.max_code, out=rounded)
    return _overflow_floats(rounded.astype(np.float64, copy=False), fmt)


def scale_by_power_of_two(values: np.ndarray, exponent: int | np.ndarray) -> np.ndarray:
    """values * 2**exponent as far as a rounding can tell: overflow gives Inf, and what is not zero stays so.

    Scaling up is exact or overflows. Scaling down may fall below the smallest float; such a value is first
    raised to where it stays a float, still far below half a unit, because a directed rounding asks whether
    it is zero.
    """
    if np.min(exponent, initial=0) < 0:
        floor = np.ldexp(1.0, -1000 - np.asarray(exponent))
        values = np.where((np.abs(values) < floor) & (values != 0), np.copysign(floor, values), values)
    return np.ldexp(values, exponent) if isinstance(exponent, np.ndarray) else values * values.dtype.type(2.0**exponent)


def round_floats(values: np.ndarray, rounding: Rounding) -> np.ndarray:
    """Integer-valued floats; exact for every finite float and Inf. (x + 0.5 would round: never used.)"""
    at_tie: Callable[[np.ndarray], np.ndarray]
    match rounding:
        case Rounding.TRN:
            return np.floor(values)
        case Rounding.TRN_ZERO:
            return np.trunc(values)
        case Rounding.RND_CONV:
            return np.rint(values)
        case Rounding.RND:
            at_tie = np.ceil
        case Rounding.RND_MIN_INF:
            at_tie = np.floor
        case Rounding.RND_ZERO:
            at_tie = np.trunc
        case Rounding.RND_INF:
            at_tie = _away_from_zero
    nearest = np.rint(values)
    with np.errstate(invalid="ignore"):  # Inf - Inf is no tie
        tie = np.abs(values - nearest) == 0.5
    return np.where(tie, at_tie(values), nearest) if tie.any() else nearest


def _away_from_zero(values: np.ndarray) -> np.ndarray:
    return np.copysign(np.ceil(np.abs(values)), values)


def _overflow_floats(rounded: np.ndarray, fmt: Fixed) -> np.ndarray:
    """Integer-valued float64, Inf included, to codes."""
    limit = 2.0**fmt.width
    if fmt.overflow is Overflow.WRAP:
        # Inf stands for a multiple of 2**104 (from float32, up to 24 bits) or 2**971: its low bits are zero.
        rounded = np.fmod(np.where(np.isinf(rounded), 0.0, rounded), limit)
    else:
        rounded = np.clip(rounded, -limit, limit)  # still outside the codes, now inside the integers
    if fmt.width <= 62:
        return overflow(rounded.astype(np.int64), fmt)
    exact = np.empty(rounded.shape, dtype=object)
    exact[...] = [int(value) for value in rounded.tolist()]
    return overflow(exact, fmt)


def fixed_from_integers(values: np.ndarray, lsb_exponent: int, fmt: Fixed) -> np.ndarray:
    """Codes of values * 2**lsb_exponent, for int64 or Python integers."""
    shift = fmt.lsb_exponent - lsb_exponent
    if shift >= 0:
        return overflow(shift_right(values, shift, fmt.rounding), fmt)
    if bit_length(values) - shift > 62:
        values = values.astype(object)
    return overflow(values << -shift, fmt)

"""What a host needs to turn numbers into codes and codes into numbers, without hlsgen: two tables.

A code goes to its value by `values[code]`. A number x goes to `codes[searchsorted(thresholds, x, side="right")]`:
thresholds are the smallest floats that belong to the next code. Both are taken from, and checked against, the
project's own arithmetic, so the host rounds exactly as the golden model does.
"""

from __future__ import annotations

import numpy as np

from hlsgen.core.errors import UserError
from hlsgen.numerics import Format, dequantise, quantise

WIDTH_MAX_BITS = 16


def value_table(fmt: Format, bits: int) -> np.ndarray | None:
    """The float64 value of each pattern of `bits` bits, NaN for one that is no code; None for a wide format."""
    if bits > WIDTH_MAX_BITS:
        return None
    values = np.full(1 << bits, np.nan)
    codes = _codes(fmt, bits)
    values[codes & ((1 << bits) - 1)] = dequantise(codes, fmt)
    return values


def code_table(fmt: Format, bits: int) -> tuple[np.ndarray, np.ndarray] | None:
    """(patterns, thresholds) of a format that rounds to nearest and saturates; None for any other, or a wide one."""
    if bits > WIDTH_MAX_BITS:
        return None
    codes = _codes(fmt, bits)
    values, first = np.unique(dequantise(codes, fmt), return_index=True)  # one zero of a float's two
    middle = (values[:-1] + values[1:]) / 2
    thresholds = np.where(_rounded(middle, fmt) == values[1:], middle, np.nextafter(middle, np.inf))
    below = np.nextafter(thresholds, -np.inf)
    good = (_rounded(thresholds, fmt) == values[1:]).all() and (_rounded(below, fmt) == values[:-1]).all()
    if not good or _rounded(np.array([-1e30, 1e30]), fmt).tolist() != [values[0], values[-1]]:
        return None
    return codes[first] & ((1 << bits) - 1), thresholds


def _rounded(numbers: np.ndarray, fmt: Format) -> np.ndarray:
    return dequantise(quantise(numbers, fmt), fmt)


def _codes(fmt: Format, bits: int) -> np.ndarray:
    """Every code of the format, as its own integers."""
    signed = getattr(fmt, "signed", False)
    every = np.arange(1 << bits) - (1 << (bits - 1) if signed else 0)
    try:
        dequantise(every, fmt)
    except UserError:  # some patterns are NaN or Inf
        return np.array([code for code in every if _is_code(code, fmt)])
    return every


def _is_code(code: np.integer, fmt: Format) -> bool:
    try:
        dequantise(np.array([code]), fmt)
    except UserError:
        return False
    return True

"""Exact integer matrix products through float64 BLAS.

float64 adds integers without rounding while every partial sum stays within 2**53, in any order and with
fused multiply-adds, so BLAS computes them about fifty times faster than NumPy's integer `@`. Larger
products are cut into limbs that obey the bound.
"""

from __future__ import annotations

import numpy as np

from hlsgen.core.errors import InternalError

from .integers import fits_int64

_EXACT = 1 << 53


def matmul_exact(a: np.ndarray, b: np.ndarray, max_abs_a: int, max_abs_b: int) -> np.ndarray:
    """a @ b of integers, exact. Shapes as for `numpy.matmul`.

    max_abs_a, max_abs_b: bounds of the magnitudes; an element beyond its bound is an `InternalError`.
    Returns int64 when length * max_abs_a * max_abs_b < 2**63, else Python integers (dtype object).
    """
    for name, operand, bound in (("a", a, max_abs_a), ("b", b, max_abs_b)):
        if operand.size and not (-bound <= operand.min() and operand.max() <= bound):
            raise InternalError(f"operand {name} of a product leaves +-{bound}: {operand.min()}..{operand.max()}")
    length = a.shape[-1]
    largest_sum = length * max_abs_a * max_abs_b
    if largest_sum <= _EXACT:
        return (a.astype(np.float64) @ b.astype(np.float64)).astype(np.int64)
    narrow = fits_int64(-largest_sum, largest_sum)
    if not (fits_int64(-max_abs_a, max_abs_a) and fits_int64(-max_abs_b, max_abs_b)):
        return a.astype(object) @ b.astype(object)
    width_a, width_b = _limb_widths(length, max_abs_a.bit_length(), max_abs_b.bit_length())
    total: np.ndarray | int = 0
    with np.errstate(over="ignore"):  # int64 wraps on the way to a sum that fits
        for shift_a, limb_a in _limbs(a, width_a, max_abs_a):
            for shift_b, limb_b in _limbs(b, width_b, max_abs_b):
                part = (limb_a @ limb_b).astype(np.int64)
                total = total + ((part if narrow else part.astype(object)) << (shift_a + shift_b))
    return np.asarray(total)


def _limb_widths(length: int, bits_a: int, bits_b: int) -> tuple[int, int]:
    """Bits of the limbs of each operand such that length * 2**(width_a + width_b) <= 2**53."""
    budget = 53 - (length - 1).bit_length()
    narrow = min(bits_a, bits_b, budget // 2)
    return (narrow, budget - narrow) if bits_a <= bits_b else (budget - narrow, narrow)


def _limbs(values: np.ndarray, width: int, max_abs: int) -> list[tuple[int, np.ndarray]]:
    """(shift, limb) pairs that add up to the values: unsigned limbs of `width` bits below a signed one."""
    values = values.astype(np.int64)
    limbs = []
    shift = 0
    while max_abs.bit_length() - shift > width:
        limbs.append((shift, ((values >> shift) & ((1 << width) - 1)).astype(np.float64)))
        shift += width
    limbs.append((shift, (values >> shift).astype(np.float64)))
    return limbs

"""How wide an accumulator must be so that every sum, in every order, is exact.

All operand ranges contain zero, so a partial sum in any order, padding included, lies between the sum of
the lowest and the sum of the highest products: a width that holds those two holds everything on the way.
"""

from __future__ import annotations

import numpy as np

from hlsgen.core.errors import InternalError

from .formats import Format


def signed_bits(low: int, high: int) -> int:
    """The narrowest two's complement that holds every integer of [low, high]."""
    return 1 + max(max(high, 0).bit_length(), (-min(low, 0) - 1).bit_length() if low < 0 else 0)


def accumulator_width(fmt_a: Format, fmt_b: Format, length: int, bias_range: tuple[int, int] = (0, 0)) -> int:
    """Signed bits for any dot product of `length` elements, plus a bias.

    The unit is 2**(fmt_a.lsb_exponent + fmt_b.lsb_exponent); bias_range holds the smallest and largest bias
    in it.
    """
    products = [x * y for x in fmt_a.integer_range for y in fmt_b.integer_range]
    low = length * min(products) + min(bias_range[0], 0)
    high = length * max(products) + max(bias_range[1], 0)
    return signed_bits(low, high)


def accumulator_bounds(
    weights: np.ndarray, fmt_a: Format, bias: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest sum of each output of constant weights over any inputs of `fmt_a`.

    weights: integers (outputs, ...), all other axes summed over. bias: integers (outputs,) in the
    accumulator's unit. Returns two arrays (outputs,) of Python integers: the positive weights times the
    highest input and the negative ones times the lowest, and the reverse; the bias widens its own side
    only, so that it may be added first or last.
    """
    rows = weights.reshape(weights.shape[0], -1).astype(object)
    positive = np.where(rows > 0, rows, 0).sum(axis=1)
    negative = np.where(rows < 0, rows, 0).sum(axis=1)
    smallest, largest = fmt_a.integer_range
    low = positive * smallest + negative * largest
    high = positive * largest + negative * smallest
    if bias is not None:
        bias = bias.astype(object)
        low, high = low + np.minimum(bias, 0), high + np.maximum(bias, 0)
    return low, high


def accumulator_width_of(weights: np.ndarray, fmt_a: Format, bias: np.ndarray | None = None) -> int:
    """Signed bits for every output of `accumulator_bounds`: tight, reached by some input."""
    low, high = accumulator_bounds(weights, fmt_a, bias)
    return signed_bits(int(low.min()), int(high.max()))


def check_accumulator(integers: np.ndarray, width_bits: int, name: str) -> None:
    """An `InternalError` with `name` when an integer needs more than `width_bits` signed bits."""
    if integers.size:
        used = signed_bits(int(integers.min()), int(integers.max()))
        if used > width_bits:
            raise InternalError(f"accumulator {name} is declared {width_bits} bits wide, its values need {used}")

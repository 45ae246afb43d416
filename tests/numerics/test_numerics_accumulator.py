"""Accumulator widths: the declared width holds the worst case, one bit less does not."""

import numpy as np
import pytest

from hlsgen.core.errors import InternalError
from hlsgen.numerics import (
    E2M1,
    E2M3,
    E3M2,
    E4M3,
    E5M2,
    Fixed,
    Int,
    Overflow,
    accumulator_bounds,
    accumulator_width,
    accumulator_width_of,
    check_accumulator,
    matmul_exact,
    signed_bits,
)

INT8_SYM = Int(8, overflow=Overflow.SAT_SYM)
# Widths for lengths 32, 768 and 4096.
WIDTHS = [
    (E2M1, E2M1, (14, 18, 21)),
    (E2M3, E2M3, (18, 23, 25)),
    (E3M2, E3M2, (24, 29, 31)),
    (E4M3, E4M3, (42, 47, 49)),
    (E4M3, E5M2, (56, 61, 63)),
    (E5M2, E5M2, (70, 75, 77)),
    (E2M1, E4M3, (28, 32, 35)),
    (Int(8), Int(8), (21, 25, 28)),
    (INT8_SYM, Int(8), (20, 25, 27)),
    (Int(4), Int(8), (17, 21, 24)),
    (Fixed(16, 6), Fixed(16, 6), (37, 41, 44)),
]


@pytest.mark.parametrize(("a", "b", "widths"), WIDTHS, ids=lambda case: str(case))
def test_widths_of_whole_formats(a, b, widths):
    assert tuple(accumulator_width(a, b, length) for length in (32, 768, 4096)) == widths


@pytest.mark.parametrize(
    ("low", "high", "bits"), [(0, 0, 1), (-1, 0, 1), (0, 1, 2), (-128, 127, 8), (-129, 0, 9), (0, 128, 9)]
)
def test_signed_bits(low, high, bits):
    assert signed_bits(low, high) == bits


@pytest.mark.parametrize(("a", "b", "widths"), WIDTHS, ids=lambda case: str(case))
def test_the_worst_case_needs_every_bit(a, b, widths):
    """The largest product, `length` times: fits in P, and P - 1 is refused."""
    length = 768
    worst = max(((x, y) for x in a.integer_range for y in b.integer_range), key=lambda pair: pair[0] * pair[1])
    left, right = np.full((1, length), worst[0]), np.full((length, 1), worst[1])
    total = matmul_exact(left, right, abs(worst[0]), abs(worst[1]))
    check_accumulator(total, widths[1], "sum")
    text = f"accumulator sum is declared {widths[1] - 1} bits wide, its values need {widths[1]}"
    with pytest.raises(InternalError, match=text):
        check_accumulator(total, widths[1] - 1, "sum")


@pytest.mark.parametrize("inputs", [Int(8), Int(8, signed=False), INT8_SYM, E4M3, Int(1, signed=False)], ids=str)
def test_width_of_constant_weights_is_reached(inputs):
    """The inputs that make the worst output largest and smallest, in every order of summation."""
    random = np.random.default_rng(5)
    weights = random.integers(-7, 8, (6, 3, 5))
    bias = random.integers(-50, 50, 6)
    low, high = accumulator_bounds(weights, inputs, bias)
    rows = weights.reshape(6, -1)
    smallest, largest = inputs.integer_range
    highest = (rows * np.where(rows > 0, largest, smallest)).sum(1)
    lowest = (rows * np.where(rows > 0, smallest, largest)).sum(1)
    assert high.tolist() == (highest + np.maximum(bias, 0)).tolist()
    assert low.tolist() == (lowest + np.minimum(bias, 0)).tolist()
    width = accumulator_width_of(weights, inputs, bias)
    terms = rows * np.where(rows > 0, largest, smallest)
    for order in (slice(None), slice(None, None, -1)):
        check_accumulator(np.cumsum(np.c_[bias, terms][:, order], axis=1), width, "sum")
    with pytest.raises(InternalError):
        check_accumulator(np.array([low.min(), high.max()]), width - 1, "sum")


def test_a_bias_may_come_first():
    """A bias that the sum cancels still has to fit on its own."""
    assert accumulator_width_of(np.array([[1]]), Int(4, signed=False), np.array([-100])) == 8
    assert accumulator_width(Int(1, signed=False), Int(1, signed=False), 1, bias_range=(-100, -100)) == 8
    assert accumulator_width(Int(1), Int(8, signed=False), 1, bias_range=(127, 127)) == 9


def test_weights_of_zero_and_empty_accumulators():
    assert accumulator_width_of(np.zeros((2, 9), int), Int(8)) == 1
    check_accumulator(np.array([], np.int64), 1, "sum")

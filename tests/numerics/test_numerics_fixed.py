"""Floats and integers to fixed point in all 7 x 4 modes, against the definition in fractions."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from numerics_oracle import fixed_codes, hard_values

from hlsgen.core.errors import UserError
from hlsgen.numerics import (
    Fixed,
    Int,
    Overflow,
    Rounding,
    dequantise,
    encode,
    quantise,
    requantise,
    to_integers,
)

MODES = [(rounding, overflow) for rounding in Rounding for overflow in Overflow]
MODE_NAMES = [f"{rounding.name}-{overflow.name}" for rounding, overflow in MODES]
SHAPES = [
    Fixed(8, 4),
    Fixed(8, 4, signed=False),
    Fixed(5, 3),
    Fixed(6, 9),  # codes step by 8
    Fixed(4, -3),  # nothing before the binary point
    Fixed(1, 1),
    Fixed(24, 4),
    Fixed(25, 5),
    Fixed(62, 20),
    Fixed(63, 63, signed=False),
    Fixed(64, 30),
    Fixed(90, 40),
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("rounding", "overflow"), MODES, ids=MODE_NAMES)
def test_floats_in_every_mode(rounding, overflow, dtype):
    for shape in SHAPES:
        fmt = replace(shape, rounding=rounding, overflow=overflow)
        lsb = Fraction(2) ** fmt.lsb_exponent
        near_zero, top = range(9), 2 ** (fmt.width - fmt.signed)
        values = hard_values([c * lsb for c in [*near_zero, *range(max(top - 4, 9), top + 3)]], dtype)
        np.testing.assert_array_equal(quantise(values, fmt), fixed_codes(values, fmt), err_msg=str(fmt))


@pytest.mark.parametrize(("rounding", "overflow"), MODES, ids=MODE_NAMES)
@pytest.mark.parametrize("shift", [-80, -3, 0, 1, 4, 61, 62, 63, 64, 65, 126, 127, 200])
def test_integers_in_every_mode(rounding, overflow, shift):
    """The last bit of the accumulator weighs 2**shift less than that of the format: far left to far right."""
    step = 1 << max(shift - 1, 0)  # half a unit
    marks = [n * step + d for n in (*range(-5, 6), -257, -256, -255, 253, 254, 255, 256) for d in (-1, 0, 1)]
    accumulators = [m for m in marks if -(2**63) <= m < 2**63] + [2**63 - 1, -(2**63)]
    for fmt in (Fixed(8, 4, True, rounding, overflow), Fixed(8, 4, False, rounding, overflow)):
        lsb_exponent = fmt.lsb_exponent - shift
        expected = fixed_codes(accumulators, fmt, lsb_exponent)
        np.testing.assert_array_equal(requantise(np.array(accumulators), lsb_exponent, fmt), expected)
        expected = fixed_codes(marks, fmt, lsb_exponent)
        np.testing.assert_array_equal(requantise(np.array(marks, dtype=object), lsb_exponent, fmt), expected)


@pytest.mark.parametrize("width", [62, 63, 64, 100])
@pytest.mark.parametrize(("rounding", "overflow"), MODES, ids=MODE_NAMES)
def test_integers_to_wide_formats(rounding, overflow, width):
    accumulators = [n + d for n in (0, 2**61, -(2**61), 2**62, -(2**62), 2**63 - 2, -(2**63) + 1) for d in (-1, 0, 1)]
    for signed in (True, False):
        fmt = Fixed(width, width, signed, rounding, overflow)
        for lsb_exponent in (-1, 0, 1):
            expected = fixed_codes(accumulators, fmt, lsb_exponent)
            np.testing.assert_array_equal(requantise(np.array(accumulators), lsb_exponent, fmt), expected)


@pytest.mark.parametrize("rounding", Rounding)
def test_negation_mirrors_every_mode(rounding):
    """Rounding -x is minus rounding x in the mirrored mode; `>>` alone floors and would not do."""
    mirrored = {Rounding.RND: Rounding.RND_MIN_INF, Rounding.RND_MIN_INF: Rounding.RND}.get(rounding, rounding)
    accumulators = np.arange(-100, 101)
    codes = requantise(accumulators, -3, Int(8, rounding=rounding))
    mirror = -requantise(-accumulators, -3, Int(8, rounding=mirrored))
    if rounding is Rounding.TRN:
        mirror -= accumulators % 8 != 0
    np.testing.assert_array_equal(codes, mirror)


@pytest.mark.parametrize(
    ("rounding", "plus", "minus"),  # +-1.25 to a unit of 0.5, from the tables of UG1399
    [
        (Rounding.TRN, 1.0, -1.5),
        (Rounding.TRN_ZERO, 1.0, -1.0),
        (Rounding.RND, 1.5, -1.0),
        (Rounding.RND_ZERO, 1.0, -1.0),
        (Rounding.RND_MIN_INF, 1.0, -1.5),
        (Rounding.RND_INF, 1.5, -1.5),
        (Rounding.RND_CONV, 1.0, -1.0),
    ],
)
def test_the_documented_example(rounding, plus, minus):
    fmt = Fixed(4, 3, rounding=rounding)
    assert list(dequantise(quantise([1.25, -1.25], fmt), fmt)) == [plus, minus]


def test_just_below_half_is_not_half():
    """x + 0.5 rounds up to 1 in float arithmetic."""
    below32, below64 = np.nextafter(np.float32(0.5), np.float32(0)), np.nextafter(0.5, 0)
    for rounding in Rounding:
        for value in (below32, below64):
            assert quantise(value, Int(8, rounding=rounding)) == 0
            assert quantise(-value, Int(8, rounding=rounding)) == (-1 if rounding is Rounding.TRN else 0)


def test_rounding_comes_before_overflow():
    value = 7.96875  # half a unit above the largest code of Fixed(8, 4)
    assert quantise(value, Fixed(8, 4)) == 127
    assert quantise(value, Fixed(8, 4, overflow=Overflow.WRAP)) == -128
    assert quantise(value, Fixed(8, 4, rounding=Rounding.TRN, overflow=Overflow.WRAP)) == 127
    assert quantise(value, Fixed(8, 4, overflow=Overflow.SAT_ZERO)) == 0


def test_symmetric_saturation_leaves_out_the_most_negative_code():
    fmt = Int(8, overflow=Overflow.SAT_SYM)
    assert fmt.integer_range == (-127, 127)
    assert list(quantise([-128.0, -500.0, 500.0], fmt)) == [-127, -127, 127]
    assert list(requantise(np.array([-128]), 0, fmt)) == [-127]


def test_tiny_values_still_decide_a_directed_rounding():
    """Scaled down, the smallest floats would underflow to zero."""
    tiny = np.finfo(np.float64).smallest_subnormal
    fmt = Fixed(8, 40, rounding=Rounding.TRN)
    assert list(quantise(np.array([tiny, -tiny, 0.0, -0.0]), fmt)) == [0, -1, 0, 0]
    assert list(quantise(np.array([-1e-45], dtype=np.float32), fmt)) == [-1]


def test_integers_are_quantised_without_a_float():
    odd = 2**53 + 1
    assert quantise(np.array([odd]), Int(60)) == odd
    assert quantise(np.array([2**64 - 1], dtype=np.uint64), Int(8, signed=False)) == 255
    assert quantise(np.array([200], dtype=np.uint8), Fixed(8, 8)) == 127


def test_code_types_and_shapes():
    assert quantise(np.zeros((2, 3, 4), np.float32), Fixed(8, 4)).shape == (2, 3, 4)
    assert quantise(np.zeros((0, 5)), Fixed(8, 4)).shape == (0, 5)
    assert quantise(np.zeros((3, 2)).T[:, ::2], Fixed(8, 4)).dtype == np.int64
    assert quantise(np.zeros(1), Fixed(64, 8)).dtype == np.int64
    assert quantise(np.zeros(1), Fixed(64, 8, signed=False)).dtype == object
    assert quantise(np.float16(1.5), Fixed(8, 4)) == 24


def test_long_arrays_are_quantised_in_pieces():
    values = np.random.default_rng(1).normal(0, 3, 200_001)
    np.testing.assert_array_equal(quantise(values, Fixed(8, 4)), np.clip(np.rint(values * 16), -128, 127))


def test_encode_and_decode():
    fmt = Fixed(8, 4)
    codes = np.arange(-128, 128)
    np.testing.assert_array_equal(to_integers(codes, fmt), codes)
    np.testing.assert_array_equal(encode(codes, fmt), codes)
    np.testing.assert_array_equal(quantise(dequantise(codes, fmt), fmt), codes)
    assert dequantise(np.array([2**60]), Fixed(64, 0)) == 2.0**-4


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Fixed(0, 3), "a fixed-point format of 0 bits; use 1 to 768 bits"),
        (
            lambda: Fixed(8, 2000),
            r"the last bit of Fixed\(8,2000\) weighs 2\*\*1992; keep the exponent within",
        ),
        (
            lambda: to_integers(np.array([0, 128]), Int(8), "bias"),
            r"bias: codes from 0 to 128 in Fixed\(8,8\); keep",
        ),
        (
            lambda: encode(np.array([128]), Int(8)),
            r"128 at index 0 is no integer of Fixed\(8,8\); requantise",
        ),
        (
            lambda: dequantise(np.array([2**53 + 1]), Int(60), "sum"),
            "sum: a code of .* has no exact float64; use to_int",
        ),
        (
            lambda: requantise(np.array([1.5]), 0, Int(8)),
            "integers of type float64; give integers; use quantise",
        ),
    ],
)
def test_what_is_refused(make, text):
    with pytest.raises(UserError, match=text):
        make()

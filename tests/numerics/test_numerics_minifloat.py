"""Floats and integers to minifloat codes, against the enumeration of every code."""

from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest
from numerics_oracle import hard_values, minifloat_code, minifloat_codes, minifloat_values

from hlsgen.core.errors import UserError
from hlsgen.numerics import (
    BF16,
    E2M1,
    E2M3,
    E3M2,
    E4M3,
    E4M3_FINITE,
    E5M2,
    FP16,
    MiniFloat,
    decode,
    dequantise,
    encode,
    quantise,
    requantise,
    to_integers,
)

SMALL = [
    E4M3,
    E4M3_FINITE,
    E5M2,
    E3M2,
    E2M3,
    E2M1,
    MiniFloat(3, 0),
    MiniFloat(4, 3, 11, "fn", 5),
    MiniFloat(2, 4, -3),
]
# (smallest subnormal exponent, largest value) from the OCP 8-bit and MX specifications and IEEE 754.
PARAMETERS = [
    (E4M3, -9, 448),
    (E4M3_FINITE, -9, 480),
    (E5M2, -16, 57344),
    (E3M2, -4, 28),
    (E2M3, -3, 7.5),
    (E2M1, -1, 6),
    (FP16, -24, 65504),
    (BF16, -133, float(ml_dtypes.finfo(ml_dtypes.bfloat16).max)),
]


@pytest.mark.parametrize(("fmt", "lsb_exponent", "largest"), PARAMETERS, ids=str)
def test_parameters_are_those_of_the_specifications(fmt, lsb_exponent, largest):
    assert (fmt.lsb_exponent, fmt.max_value) == (lsb_exponent, Fraction(largest))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("fmt", SMALL, ids=str)
def test_ties_subnormals_and_extremes(fmt, dtype):
    values = hard_values(minifloat_values(fmt), dtype)
    np.testing.assert_array_equal(quantise(values, fmt), minifloat_codes(values, fmt))


@pytest.mark.parametrize(
    ("value", "code_value"),
    [
        (0.25, 0),
        (0.75, 1),
        (1.25, 1),
        (1.75, 2),
        (2.5, 2),
        (3.5, 4),
        (5, 4),
        (5.0001, 6),
        (1e30, 6),
        (-5, -4),
    ],
)
def test_e2m1_by_hand(value, code_value):
    assert dequantise(quantise(value, E2M1), E2M1) == code_value


@pytest.mark.parametrize(
    ("fmt", "value", "code"),
    [
        (E4M3, 464, 0x7E),  # halfway to the first value that does not exist
        (E4M3, 464.01, 0x7E),
        (E4M3, 3.4e38, 0x7E),
        (E4M3, -1e9, 0xFE),
        (E4M3_FINITE, 1e9, 0x7F),
        (E5M2, 61440, 0x7B),
        (FP16, 65520, 0x7BFF),
        (BF16, 1.7e308, 0x7F7F),
        (E4M3, 2**-6 * (1 - 2**-5), 0x08),  # the largest subnormal's upper half carries into the normals
        (E4M3, 1.9375, 0x40),  # all-ones fraction carries into the next binade
        (E4M3, 1 + 2**-4 + 2**-40, 0x39),  # through float32 this would round twice, to 0x38
        (E4M3, -(2.0**-11), 0x80),  # negative underflow keeps its sign
        (E4M3, -0.0, 0x80),
        (E4M3, 0.0, 0x00),
    ],
)
def test_codes_by_hand(fmt, value, code):
    assert quantise(value, fmt) == code


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_fp16_code_and_midpoint(dtype):
    finite = np.arange(0x7C00, dtype=np.uint16).view(np.float16).astype(dtype)
    marks = np.concatenate([finite, (finite[1:] + finite[:-1]) / 2])
    values = np.concatenate([marks, np.nextafter(marks, dtype(np.inf)), np.nextafter(marks, dtype(0)), -marks])
    values = values[np.abs(values) <= 65504]
    np.testing.assert_array_equal(quantise(values, FP16), values.astype(np.float16).view(np.uint16))


def test_every_bf16_code_and_midpoint():
    finite = (np.arange(0x7F80, dtype=np.uint32) << 16).view(np.float32)
    marks = np.concatenate([finite, (np.arange(0x7F7F, dtype=np.uint32) << 16 | 0x8000).view(np.float32)])
    values = np.concatenate([marks, np.nextafter(marks, np.float32(np.inf)), -marks])
    values = values[np.abs(values) <= finite[-1]]
    expected = values.astype(ml_dtypes.bfloat16).view(np.uint16)
    np.testing.assert_array_equal(quantise(values, BF16), expected)
    np.testing.assert_array_equal(quantise(values.astype(np.float64), BF16), expected)


@pytest.mark.parametrize("fmt", [*SMALL, FP16], ids=str)
def test_decode_is_the_definition_and_encode_its_inverse(fmt):
    values = minifloat_values(fmt)
    codes = np.arange(len(values), dtype=np.uint16)
    integers = to_integers(codes, fmt)
    assert integers.dtype == np.int64
    assert [int(i) * Fraction(2) ** fmt.lsb_exponent for i in integers] == values
    assert (np.diff(integers) > 0).all()
    np.testing.assert_array_equal(decode(codes | fmt.sign_mask, fmt), -integers)
    np.testing.assert_array_equal(encode(integers, fmt), codes)
    np.testing.assert_array_equal(encode(-integers[1:], fmt), codes[1:] | fmt.sign_mask)
    np.testing.assert_array_equal(quantise(dequantise(codes | fmt.sign_mask, fmt), fmt), codes | fmt.sign_mask)


def test_bf16_integers_are_python_integers():
    assert to_integers(np.array([0x7F7F]), BF16)[0] == 255 << 253
    assert encode(np.array([255 << 253], dtype=object), BF16)[0] == 0x7F7F


@pytest.mark.parametrize("fmt", SMALL, ids=str)
@pytest.mark.parametrize("offset", [0, 1, 5, 44])
def test_requantise_rounds_exact_integers_once(fmt, offset):
    """Accumulators whose last bit weighs 2**offset less than that of the format, up to the ends of int64."""
    random = np.random.default_rng(offset)
    ties = np.array([int(v / Fraction(2) ** fmt.lsb_exponent * 2) for v in minifloat_values(fmt)]) << offset
    wide = random.integers(-(2**63), 2**63, 300) >> random.integers(0, 63, 300)
    ends = [0, 1, -1, 2**63 - 1, -(2**63), 2**53, 2**53 + 1, -(2**53) - 1]
    accumulators = np.concatenate([ties[np.abs(ties) < 2**62], ties - 1, ties + 1, -ties, wide, ends])
    lsb_exponent = fmt.lsb_exponent - offset - 1
    expected = [minifloat_code(int(a) * Fraction(2) ** lsb_exponent, fmt, a < 0) for a in accumulators]
    np.testing.assert_array_equal(requantise(accumulators, lsb_exponent, fmt), expected)
    np.testing.assert_array_equal(requantise(accumulators.astype(object) << 70, lsb_exponent - 70, fmt), expected)


def test_requantise_of_a_sum_beyond_53_bits_needs_its_last_bit():
    """A tie but for the last of 60 or 200 bits: a float64 on the way would lose it."""
    for bits in (60, 200):
        tie = 0b10001 << (bits - 5)
        sums = np.array([tie - 1, tie, tie + 1, -tie - 1])
        assert list(requantise(sums, 1 - bits, E4M3)) == [0x38, 0x38, 0x39, 0xB9]


def test_requantise_keeps_the_sign_of_what_underflows():
    assert list(requantise(np.array([-1, 0, 1]), -40, E4M3)) == [0x80, 0x00, 0x00]


def test_requantise_of_a_coarse_accumulator_shifts_left_and_saturates():
    assert list(requantise(np.array([3, -3, 200]), 3, E4M3)) == [0x5C, 0xDC, 0x7E]
    assert list(requantise(np.array([1]), 900, E4M3)) == [0x7E]


@pytest.mark.parametrize(("fmt", "code"), [(E4M3, 0x7F), (E4M3, 0xFF), (E5M2, 0x7C), (E5M2, 0xFE), (E2M1, 0x10)])
def test_codes_without_a_finite_value_are_refused(fmt, code):
    with pytest.raises(UserError, match=f"weights: code {code:#x} at index 1 is not a finite {fmt}; store finite"):
        to_integers(np.array([0, code]), fmt, "weights")


def test_encode_refuses_what_has_no_code():
    with pytest.raises(UserError, match="17 at index 1 is no integer of e4m3; requantise it first"):
        encode(np.array([16, 17]), E4M3)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((1, 2), "a minifloat of 1 exponent and 2 mantissa bits; use 2 to 8 exponent bits"),
        ((8, 10), "a minifloat of 8 exponent and 10 mantissa bits; use .* 16 bits in all"),
        ((4, 3, None, "fnuz"), "minifloat variant 'fnuz'; use one of finite, fn, ieee"),
        ((4, 3, 300), "minifloat bias 300 and scale exponent 0; keep both within \\+-256"),
    ],
)
def test_impossible_minifloats_are_refused(arguments, text):
    with pytest.raises(UserError, match=text):
        MiniFloat(*arguments)

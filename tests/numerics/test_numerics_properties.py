"""Random formats, values and accumulators against the fractions."""

import math
from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numerics_oracle import fixed_codes, minifloat_code, minifloat_codes, minifloat_values

from hlsgen.numerics import (
    Fixed,
    MiniFloat,
    Overflow,
    Rounding,
    accumulator_width,
    check_accumulator,
    decode,
    dequantise,
    encode,
    from_json,
    matmul_exact,
    parse_format,
    quantise,
    requantise,
    signed_bits,
    to_integers,
    to_json,
)

minifloats = st.builds(
    MiniFloat,
    exponent=st.integers(2, 5),
    mantissa=st.integers(0, 4),
    bias=st.integers(-8, 24),
    variant=st.sampled_from(["finite", "fn", "ieee"]),
    scale_exponent=st.integers(-8, 8),
)
fixeds = st.builds(
    Fixed,
    width=st.integers(1, 70),
    integer=st.integers(-20, 90),
    signed=st.booleans(),
    rounding=st.sampled_from(Rounding),
    overflow=st.sampled_from(Overflow),
)
formats = minifloats | fixeds
float64s = st.floats(allow_nan=False, allow_infinity=False)
float32s = st.floats(allow_nan=False, allow_infinity=False, width=32)


@given(minifloats, st.lists(float64s, max_size=20), st.lists(float32s, max_size=20), st.data())
def test_floats_to_minifloats(fmt, wide, narrow, data):
    steps = st.integers(-4 * fmt.max_significand_int, 4 * fmt.max_significand_int)
    near = [s * 2.0 ** (fmt.lsb_exponent - 1) for s in data.draw(st.lists(steps, max_size=20))]
    for values in (np.array(wide + near, np.float64), np.array(narrow, np.float32)):
        np.testing.assert_array_equal(quantise(values, fmt), minifloat_codes(values, fmt))


@given(fixeds, st.lists(float64s, max_size=20), st.lists(float32s, max_size=20), st.data())
def test_floats_to_fixed(fmt, wide, narrow, data):
    steps = data.draw(st.lists(st.integers(-(2**12), 2**12), max_size=20))
    near = [s * 2.0 ** (fmt.lsb_exponent - 2) for s in steps]
    for values in (np.array(wide + near, np.float64), np.array(narrow, np.float32)):
        np.testing.assert_array_equal(quantise(values, fmt), fixed_codes(values, fmt))


@given(fixeds, st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20), st.integers(-90, 90))
def test_integers_to_fixed(fmt, accumulators, lsb_exponent):
    codes = requantise(np.array(accumulators, np.int64), lsb_exponent, fmt)
    np.testing.assert_array_equal(codes, fixed_codes(accumulators, fmt, lsb_exponent))


@given(minifloats, st.lists(st.integers(-(2**80), 2**80), max_size=20), st.integers(-90, 20))
def test_integers_to_minifloats(fmt, accumulators, lsb_exponent):
    codes = requantise(np.array(accumulators, object), lsb_exponent, fmt)
    exact = [a * Fraction(2) ** lsb_exponent for a in accumulators]
    assert codes.tolist() == [minifloat_code(v, fmt, v < 0) for v in exact]


@given(minifloats)
def test_codes_decode_in_order_and_encode_back(fmt):
    codes = np.arange(fmt.max_code + 1)
    integers = decode(codes, fmt)
    assert (np.diff(integers) > 0).all()
    assert [int(i) * Fraction(2) ** fmt.lsb_exponent for i in integers] == minifloat_values(fmt)
    np.testing.assert_array_equal(encode(integers, fmt), codes)
    np.testing.assert_array_equal(quantise(dequantise(codes, fmt), fmt), codes)


@given(formats)
def test_formats_print_and_parse(fmt):
    assert parse_format(str(fmt)) == fmt
    assert from_json(to_json(fmt)) == fmt


@given(formats, formats, st.integers(1, 40), st.integers(0, 2**32))
def test_dot_products_are_exact_and_fit(fmt_a, fmt_b, length, seed):
    random = np.random.default_rng(seed)
    scales = [math.ldexp(1.0, f.integer_range[1].bit_length() + f.lsb_exponent) for f in (fmt_a, fmt_b)]
    a, b = (
        to_integers(quantise(random.uniform(-1, 1, length) * s, f), f)
        for s, f in zip(scales, (fmt_a, fmt_b), strict=True)
    )
    bounds = [max(-f.integer_range[0], f.integer_range[1]) for f in (fmt_a, fmt_b)]
    product = matmul_exact(a[None], b[:, None], *bounds)
    assert product[0, 0] == sum(int(x) * int(y) for x, y in zip(a, b, strict=True))
    check_accumulator(product, accumulator_width(fmt_a, fmt_b, length), "dot")


@given(st.integers(-(2**70), 2**70), st.integers(-(2**70), 2**70))
def test_signed_bits_is_the_narrowest(x, y):
    bits = signed_bits(min(x, y), max(x, y))
    assert -(2 ** (bits - 1)) <= min(x, y) and max(x, y) < 2 ** (bits - 1)
    assert bits == 1 or not (-(2 ** (bits - 2)) <= min(x, y) and max(x, y) < 2 ** (bits - 2))

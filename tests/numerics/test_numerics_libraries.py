"""Three independent implementations on the hard vectors: gfloat, apytypes (float64) and ml_dtypes (float32).

Each only where it is right: ml_dtypes rounds float64 twice and saturates only after a clip, and the casts
of apytypes lose some subnormals, so its arrays are made from floats directly, with a spare exponent bit in
place of its Inf.
"""

import apytypes
import gfloat
import ml_dtypes
import numpy as np
import pytest
from gfloat import formats as gfloat_formats
from numerics_oracle import hard_values, minifloat_values

from hlsgen.numerics import (
    E2M1,
    E2M3,
    E3M2,
    E4M3,
    E5M2,
    Fixed,
    Int,
    Overflow,
    Rounding,
    dequantise,
    matmul_exact,
    quantise,
    to_integers,
)

MINIFLOATS = [
    (E4M3, ml_dtypes.float8_e4m3fn, gfloat_formats.format_info_ocp_e4m3),
    (E5M2, ml_dtypes.float8_e5m2, gfloat_formats.format_info_ocp_e5m2),
    (E3M2, ml_dtypes.float6_e3m2fn, gfloat_formats.format_info_ocp_e3m2),
    (E2M3, ml_dtypes.float6_e2m3fn, gfloat_formats.format_info_ocp_e2m3),
    (E2M1, ml_dtypes.float4_e2m1fn, gfloat_formats.format_info_ocp_e2m1),
]
NAMES = [str(case[0]) for case in MINIFLOATS]
APYTYPES_ROUNDING = {
    Rounding.TRN: apytypes.QuantizationMode.TRN,
    Rounding.TRN_ZERO: apytypes.QuantizationMode.TRN_ZERO,
    Rounding.RND: apytypes.QuantizationMode.RND,
    Rounding.RND_ZERO: apytypes.QuantizationMode.RND_ZERO,
    Rounding.RND_MIN_INF: apytypes.QuantizationMode.RND_MIN_INF,
    Rounding.RND_INF: apytypes.QuantizationMode.RND_INF,
    Rounding.RND_CONV: apytypes.QuantizationMode.RND_CONV,
}
APYTYPES_OVERFLOW = {Overflow.WRAP: apytypes.OverflowMode.WRAP, Overflow.SAT: apytypes.OverflowMode.SAT}


@pytest.mark.parametrize(("fmt", "dtype", "info"), MINIFLOATS, ids=NAMES)
def test_ml_dtypes(fmt, dtype, info):
    values = hard_values(minifloat_values(fmt), np.float32)
    largest = float(fmt.max_value)
    expected = np.clip(values, -largest, largest).astype(dtype)
    np.testing.assert_array_equal(quantise(values, fmt), expected.view(np.uint8))
    np.testing.assert_array_equal(dequantise(quantise(values, fmt), fmt), expected.astype(np.float64))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("fmt", "other", "info"), MINIFLOATS, ids=NAMES)
def test_gfloat(fmt, other, info, dtype):
    values = hard_values(minifloat_values(fmt), dtype)
    with np.errstate(all="ignore"):
        expected = gfloat.round_ndarray(info, values.astype(np.float64), sat=True)
    ours = dequantise(quantise(values, fmt), fmt)
    np.testing.assert_array_equal(ours, expected)
    np.testing.assert_array_equal(np.signbit(ours), np.signbit(expected))


@pytest.mark.parametrize(("fmt", "other", "info"), MINIFLOATS, ids=NAMES)
def test_apytypes_minifloats(fmt, other, info):
    values = hard_values(minifloat_values(fmt), np.float64)
    values = values[np.abs(values) <= 2 * float(fmt.max_value)]
    rounded = apytypes.APyFloatArray.from_array(values, fmt.exponent + 1, fmt.mantissa, bias=fmt.bias).to_numpy()
    largest = float(fmt.max_value)
    np.testing.assert_array_equal(dequantise(quantise(values, fmt), fmt), np.clip(rounded, -largest, largest))


@pytest.mark.parametrize("overflow", APYTYPES_OVERFLOW)
@pytest.mark.parametrize("rounding", Rounding)
@pytest.mark.parametrize("shape", [(8, 4), (5, 3), (6, 7), (12, -2)])
def test_apytypes_fixed(shape, rounding, overflow):
    width, integer = shape
    codes = np.arange(-(2 ** (width + 3)), 2 ** (width + 3))
    values = np.ldexp(codes.astype(np.float64), integer - width - 2)
    exact = apytypes.APyFixedArray.from_array(values, integer + 6, width - integer + 2)
    cast = exact.cast(
        int_bits=integer,
        frac_bits=width - integer,
        quantization=APYTYPES_ROUNDING[rounding],
        overflow=APYTYPES_OVERFLOW[overflow],
    )
    fmt = Fixed(width, integer, rounding=rounding, overflow=overflow)
    np.testing.assert_array_equal(dequantise(quantise(values, fmt), fmt), cast.to_numpy())


def test_apytypes_matrix_product():
    random = np.random.default_rng(3)
    a, b = random.integers(-(2**31), 2**31, (5, 40)), random.integers(-(2**31), 2**31, (40, 6))
    wide = apytypes.APyFixedArray(a.tolist(), 32, 32) @ apytypes.APyFixedArray(b.tolist(), 32, 32)
    bits = wide.bits
    expected = [[int(v) - (1 << bits if v >> (bits - 1) else 0) for v in row] for row in wide.to_bits()]
    product = matmul_exact(a, b, 2**31, 2**31)
    assert product.tolist() == expected


def test_numpy_integer_products_agree_where_they_do_not_overflow():
    random = np.random.default_rng(4)
    a, b = random.normal(0, 40, (30, 70)), random.normal(0, 40, (70, 20))
    a_int, b_int = to_integers(quantise(a, Int(8)), Int(8)), to_integers(quantise(b, E4M3), E4M3)
    np.testing.assert_array_equal(matmul_exact(a_int, b_int, 128, E4M3.max_significand_int), a_int @ b_int)

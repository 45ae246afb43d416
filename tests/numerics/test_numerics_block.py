"""OCP MX blocks: the shared scale, the elements, odd shapes."""

import math
from fractions import Fraction

import gfloat
import numpy as np
import pytest
from gfloat import formats as gfloat_formats
from numerics_oracle import fixed_code, minifloat_code, minifloat_values

from hlsgen.core.errors import UserError
from hlsgen.numerics import (
    E2M1,
    E2M3,
    E3M2,
    E4M3,
    E5M2,
    Block,
    BlockCodes,
    Fixed,
    Int,
    MiniFloat,
    dequantise,
    quantise,
    requantise,
    to_integers,
)

MXINT8 = Fixed(8, 2)
ELEMENTS = [E4M3, E5M2, E3M2, E2M3, E2M1, MXINT8]
GFLOAT_INFO = [
    (E4M3, gfloat_formats.format_info_mxfp8_e4m3),
    (E5M2, gfloat_formats.format_info_mxfp8_e5m2),
    (E3M2, gfloat_formats.format_info_mxfp6_e3m2),
    (E2M3, gfloat_formats.format_info_mxfp6_e2m3),
    (E2M1, gfloat_formats.format_info_mxfp4_e2m1),
    (MXINT8, gfloat_formats.format_info_mxint8),
]


def floor_log2(value: Fraction) -> int:
    exponent = value.numerator.bit_length() - value.denominator.bit_length()
    return exponent if value >= Fraction(2) ** exponent else exponent - 1


def block_codes(values: list[float], element: Fixed | MiniFloat) -> tuple[int, list[int]]:
    """Scale code and element codes of one block, from the definition."""
    largest = max(abs(Fraction(v)) for v in values)
    top = minifloat_values(element)[-1] if isinstance(element, MiniFloat) else Fraction(127, 64)
    exponent = min(max(floor_log2(largest) - floor_log2(top), -127), 127) if largest else -127
    scaled = [Fraction(v) / Fraction(2) ** exponent for v in values]
    if isinstance(element, MiniFloat):
        codes = [minifloat_code(s, element, math.copysign(1, v) < 0) for s, v in zip(scaled, values, strict=True)]
    else:
        codes = [fixed_code(s, element) for s in scaled]
    return exponent + 127, codes


@pytest.mark.parametrize("element", ELEMENTS, ids=str)
def test_random_blocks_of_every_magnitude(element):
    random = np.random.default_rng(6)
    values = random.normal(0, 1, (80, 32)) * 2.0 ** random.integers(-160, 160, (80, 1))
    values[::7, 5:] = 0
    values[3] = values[4, 0]  # all equal
    codes = quantise(values, Block(element))
    for row, elements, scales in zip(values.tolist(), codes.elements, codes.scales, strict=True):
        scale, expected = block_codes(row, element)
        assert scales.tolist() == [scale]
        assert elements.tolist() == expected


@pytest.mark.parametrize(("element", "info"), GFLOAT_INFO, ids=lambda case: str(getattr(case, "name", case)))
def test_gfloat_agrees(element, info):
    """Away from powers of two, where gfloat's scale is one too large."""
    values = np.random.default_rng(7).normal(0, 20, (40, 32))
    block = Block(element)
    ours = dequantise(quantise(values, block), block)
    for row, mine in zip(values, ours, strict=True):
        theirs = gfloat.quantize_block(info, row, gfloat.compute_scale_amax)
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("exponent", range(-40, 41, 5))
def test_the_scale_just_below_a_power_of_two(exponent):
    """floor(log2(x)) in floats rounds up there."""
    for below in (np.nextafter(2.0**exponent, 0), np.nextafter(np.float32(2.0**exponent), np.float32(0))):
        assert quantise(np.array([below]), Block(E4M3)).scales.tolist() == [exponent - 1 - 8 + 127]


def test_a_row_that_is_no_multiple_of_the_block():
    values = np.arange(1, 11.0).reshape(2, 5)
    block = Block(E4M3, 4)
    codes = quantise(values, block)
    assert codes.shape == (2, 5)
    assert codes.scales.shape == (2, 2)
    np.testing.assert_array_equal(dequantise(codes, block), values)
    np.testing.assert_array_equal(quantise(np.pad(values, [(0, 0), (0, 3)]), block).scales, codes.scales)


def test_zeros_extremes_and_empty_rows():
    block = Block(E2M1, 4)
    codes = quantise(np.array([0.0, -0.0, 0.0, 0.0, 1e300, 1, 1, 1, 1e-300, 0, 0, 0]), block)
    assert codes.scales.tolist() == [0x00, 0xFE, 0x00]
    assert codes.elements.tolist() == [0, 8, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]
    assert quantise(np.zeros((3, 0)), block).scales.shape == (3, 0)


def test_the_largest_element_may_saturate():
    """7 has the exponent of 6 = 1.5 * 4, the largest e2m1 value, and is cut to it."""
    block = Block(E2M1, 2)
    assert dequantise(quantise(np.array([7.0, 1.0]), block), block).tolist() == [6, 1]


@pytest.mark.parametrize("element", ELEMENTS, ids=str)
def test_integers_are_exact_and_requantise_gives_the_codes_back(element):
    block = Block(element)
    values = np.random.default_rng(8).normal(0, 1, (4, 70)) * 2.0 ** np.array([[-30], [0], [3], [60]])
    codes = quantise(values, block)
    integers = to_integers(codes, block)
    weighed = [int(i) * Fraction(2) ** block.lsb_exponent for i in integers.flat]
    assert weighed == [Fraction(v) for v in dequantise(codes, block).flat]
    low, high = block.integer_range
    assert low <= integers.min() and integers.max() <= high
    again = requantise(integers, block.lsb_exponent, block)
    np.testing.assert_array_equal(to_integers(again, block), integers)


def test_requantise_of_wide_sums():
    sums = np.random.default_rng(9).integers(-(2**62), 2**62, 32)
    codes = requantise(sums, -18, Block(E4M3))
    scale, elements = block_codes([Fraction(int(s), 2**18) for s in sums], E4M3)
    assert (codes.scales.tolist(), codes.elements.tolist()) == ([scale], elements)


def test_bad_blocks_are_refused():
    elements = np.zeros((2, 40), np.uint8)
    with pytest.raises(UserError, match="w: block 3 has no finite e8m0 scale; store scale codes 0 to 254"):
        dequantise(BlockCodes(elements, np.array([[0, 1], [254, 255]])), Block(E4M3), "w")
    with pytest.raises(UserError, match=r"w: scales of shape \(2, 1\) for Block\(e4m3,32\); store \(2, 2\)"):
        to_integers(BlockCodes(elements, np.zeros((2, 1), np.uint8)), Block(E4M3), "w")
    with pytest.raises(UserError, match="a block of 0 elements; use at least 1"):
        Block(E4M3, 0)
    with pytest.raises(UserError, match="block scale 'e4m3'; use e8m0"):
        Block(E4M3, 16, "e4m3")
    with pytest.raises(UserError, match=r"a block of Fixed\(8,8,unsigned\); use minifloat or signed"):
        Block(Int(8, signed=False))

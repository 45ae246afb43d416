"""NaN and Inf never become codes: they are refused where data enters, with tensor name and index."""

import numpy as np
import pytest

from hlsgen.core.errors import UserError
from hlsgen.numerics import E2M1, E4M3, FP16, Block, Fixed, Overflow, quantise

FORMATS = [Fixed(8, 4), Fixed(8, 4, overflow=Overflow.WRAP), Fixed(64, 8), E4M3, E2M1, FP16, Block(E4M3)]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("fmt", FORMATS, ids=str)
def test_the_first_bad_value_is_named(fmt, dtype, bad):
    values = np.zeros((3, 4), dtype)
    values[1, 2] = values[2, 0] = bad
    with pytest.raises(UserError) as refusal:
        quantise(values, fmt, "conv1.weight")
    assert str(refusal.value) == (f"conv1.weight: {bad} at index (1, 2); give finite values: NaN and Inf have no code")


def test_the_index_is_right_far_into_a_large_tensor():
    values = np.zeros((3, 100, 1000), np.float32)
    values[2, 34, 567] = np.nan
    with pytest.raises(UserError, match=r"x: nan at index \(2, 34, 567\)"):
        quantise(values, E4M3, "x")


@pytest.mark.parametrize("dtype", [np.complex128, np.longdouble, object, "U3"])
def test_other_types_are_refused(dtype):
    with pytest.raises(UserError, match=r"w: values of type .*; give float16, float32, float64 or integers"):
        quantise(np.ones(3).astype(dtype), E4M3, "w")

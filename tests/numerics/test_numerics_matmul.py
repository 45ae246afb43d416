"""Integer matrix products: in float64 up to its bound, in limbs above, in Python integers beyond 64 bits."""

import numpy as np
import pytest

from hlsgen.core.errors import InternalError
from hlsgen.numerics import E4M3, E5M2, matmul_exact


def python_product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a.astype(object) @ b.astype(object)


@pytest.mark.parametrize("length", [1, 2, 31, 511])
@pytest.mark.parametrize("bits_a", [1, 7, 20, 33, 48, 62])
@pytest.mark.parametrize("bits_b", [4, 31, 33])
def test_random_and_extreme_operands(length, bits_a, bits_b):
    random = np.random.default_rng(length)
    a = random.integers(-(2**bits_a) + 1, 2**bits_a, (3, length))
    b = random.integers(-(2**bits_b) + 1, 2**bits_b, (length, 4))
    a[0], b[:, 0] = 2**bits_a - 1, 2**bits_b - 1
    a[1], b[:, 1] = -(2**bits_a) + 1, -(2**bits_b) + 1
    product = matmul_exact(a, b, 2**bits_a - 1, 2**bits_b - 1)
    assert product.dtype == (np.int64 if length * (2**bits_a - 1) * (2**bits_b - 1) < 2**63 else object)
    np.testing.assert_array_equal(product, python_product(a, b))


@pytest.mark.parametrize("length", [171_196, 171_197])
def test_e4m3_on_both_sides_of_the_float64_bound(length):
    """The longest e4m3 dot product that float64 holds, and the next."""
    largest = E4M3.max_significand_int
    assert (length * largest**2 <= 2**53) == (length == 171_196)
    a = np.full((1, length), largest)
    a[0, 0] -= 1
    assert matmul_exact(a, a.T, largest, largest)[0, 0] == (length - 1) * largest**2 + (largest - 1) ** 2


def test_odd_sums_just_beyond_the_bound():
    """2**53 + 1 has no float64."""
    a, b = np.array([[2**53, 1]]), np.array([[1], [1]])
    assert matmul_exact(a, b, 2**53, 1)[0, 0] == 2**53 + 1


def test_e5m2_sums_exceed_int64():
    largest = E5M2.max_significand_int
    a = np.full((2, 4096), largest)
    product = matmul_exact(a, a.T, largest, largest)
    assert product.dtype == object
    assert (product == 4096 * largest**2).all()


def test_operands_beyond_int64():
    a = np.array([[3 << 100, -1], [0, 5]], dtype=object)
    assert matmul_exact(a, a, 3 << 100, 3 << 100).tolist() == python_product(a, a).tolist()


def test_narrow_types_do_not_overflow():
    a = np.full((2, 300), -128, np.int8)
    assert (matmul_exact(a, a.T, 128, 128) == 300 * 128 * 128).all()


def test_shapes_as_in_numpy():
    a, b = np.arange(24).reshape(2, 3, 4), np.arange(8).reshape(4, 2)
    for largest in (24, 2**40):
        np.testing.assert_array_equal(matmul_exact(a, b, largest, 8), a @ b)
        np.testing.assert_array_equal(matmul_exact(a[0, 0], b, largest, 2**40), a[0, 0] @ b)
        assert matmul_exact(a[0, 0], a[0, 1], largest, 2**40) == a[0, 0] @ a[0, 1]
        assert matmul_exact(a[:, :, :0], b[:0], largest, 8).tolist() == np.zeros((2, 3, 2)).tolist()


def test_an_operand_beyond_its_bound_is_an_internal_error():
    with pytest.raises(InternalError, match=r"operand b of a product leaves \+-3: -4..2"):
        matmul_exact(np.array([[1, 1]]), np.array([[2], [-4]]), 1, 3)

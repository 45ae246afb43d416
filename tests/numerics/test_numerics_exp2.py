"""The table of powers of two: exact at 0, monotone, and within one unit of the last bit everywhere."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest

from hlsgen.numerics import power_of_two, power_table
from hlsgen.numerics.exp2 import GUARD_BITS


@pytest.mark.parametrize("precision_bits", [4, 8, 12, 16])
def test_every_argument_is_within_one_unit(precision_bits: int) -> None:
    fraction_bits = precision_bits + 2
    table = power_table(precision_bits, fraction_bits)
    exponents = -np.arange((precision_bits + 3) << fraction_bits)
    values = power_of_two(exponents, table, precision_bits)
    assert values[0] == 1 << precision_bits
    assert (np.diff(values) <= 0).all()
    assert values[-1] == 0
    real = np.exp2(exponents / (1 << fraction_bits) + precision_bits)
    assert np.abs(values - real).max() < 1


def test_more_bits_keep_small_results() -> None:
    table = power_table(8, 10)
    exponents = -(np.arange(8) << 10)  # 2**0 .. 2**-7
    assert power_of_two(exponents, table, 20).tolist() == [1 << (20 - n) for n in range(8)]


@pytest.mark.parametrize("precision_bits", [8, 12, 16, 24])
def test_the_entries_are_the_rounded_powers(precision_bits: int) -> None:
    table = power_table(precision_bits, precision_bits + 2)
    with localcontext() as context:
        context.prec = 60
        for index, entry in enumerate((*table.base, table.base[-1] + table.slope[-1])):
            real = Decimal(2) ** (Decimal(index) / len(table.base)) * 2 ** (precision_bits + GUARD_BITS)
            assert abs(entry - real) <= Decimal("0.5")

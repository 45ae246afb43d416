"""Powers of two by a table with linear interpolation: the exponential of softmax, in integers.

In: `power_table` makes the table once; from then on its integers are the definition. 2**x for x <= 0 is a shift by the
integer part of x and, for its fraction, a chord between two entries of the table. The error over all arguments is below
one unit of the result's last bit; at 0 the result is exactly 1.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

import numpy as np

GUARD_BITS = 4


@dataclass(frozen=True, slots=True)
class PowerTable:
    """2**f for f in [0, 1): `base[i]` at f = i / segments, `slope[i]` from there to the next entry.

    Entries are in units of 2**-(precision_bits + GUARD_BITS). fraction_bits: of the argument.
    """

    precision_bits: int
    fraction_bits: int
    base: tuple[int, ...]
    slope: tuple[int, ...]

    @property
    def index_bits(self) -> int:
        return (len(self.base) - 1).bit_length()

    @property
    def offset_bits(self) -> int:
        """Bits of the argument's fraction below the index."""
        return self.fraction_bits - self.index_bits


def power_table(precision_bits: int, fraction_bits: int) -> PowerTable:
    """The table for results of `precision_bits` fraction bits; its segments keep the chord within half a unit."""
    index_bits = max(1, precision_bits // 2 - 1)
    unit = precision_bits + GUARD_BITS
    entries = [_power(Fraction(i, 1 << index_bits), unit) for i in range((1 << index_bits) + 1)]
    slopes = tuple(after - before for before, after in itertools.pairwise(entries))
    return PowerTable(precision_bits, fraction_bits, tuple(entries[:-1]), slopes)


def power_of_two(exponents: np.ndarray, table: PowerTable, result_bits: int) -> np.ndarray:
    """2**(exponents * 2**-fraction_bits) for int64 `exponents` <= 0, in units of 2**-result_bits: int64.

    result_bits, at least precision_bits: more keep the precision of small results.
    """
    shift = np.minimum(-(exponents >> table.fraction_bits), 63)
    fraction = exponents & ((1 << table.fraction_bits) - 1)
    index, offset = fraction >> table.offset_bits, fraction & ((1 << table.offset_bits) - 1)
    base, slope = (np.array(values, dtype=np.int64)[index] for values in (table.base, table.slope))
    chord = base + (slope * offset >> table.offset_bits)
    return (chord + (1 << (GUARD_BITS - 1)) >> GUARD_BITS << (result_bits - table.precision_bits)) >> shift


def _power(exponent: Fraction, unit: int) -> int:
    """2**exponent * 2**unit rounded to nearest, from integer square roots alone: the same on every machine."""
    scale = 2 * unit + 64
    result, root = 1 << scale, 2 << scale
    bits = exponent
    for _ in range(exponent.denominator.bit_length() - 1):
        root = isqrt(root << scale)
        bits *= 2
        if bits >= 1:
            bits -= 1
            result = result * root >> scale
    result <<= int(bits)
    return (result >> (scale - unit - 1)) + 1 >> 1

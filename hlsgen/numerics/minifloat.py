"""Floats and integers to `MiniFloat` codes (to nearest even, saturating), and codes to integers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from hlsgen.core.errors import UserError

from .formats import MiniFloat
from .integers import integer_dtype


@dataclass(frozen=True, slots=True)
class _Carrier:
    """An IEEE format whose bit patterns and adder do the rounding."""

    float_dtype: type[np.floating]
    integer_dtype: type[np.signedinteger]
    mantissa: int
    bias: int

    @property
    def exponent_mask(self) -> int:
        return (2 * self.bias + 1) << self.mantissa

    def carries(self, fmt: MiniFloat) -> bool:
        """Whether the binades of `fmt`, and the anchors added to them, are normal numbers here."""
        highest = fmt.max_significand_int.bit_length() + fmt.lsb_exponent
        return fmt.min_normal_exponent > -self.bias and highest + self.mantissa - fmt.mantissa <= self.bias


_FLOAT32 = _Carrier(np.float32, np.int32, 23, 127)
_FLOAT64 = _Carrier(np.float64, np.int64, 52, 1023)


def code_dtype(fmt: MiniFloat) -> np.dtype:
    """Element type of the codes: uint8 up to 8 bits, else uint16."""
    return np.dtype(np.uint8 if fmt.width_bits <= 8 else np.uint16)


def minifloat_from_floats(values: np.ndarray, fmt: MiniFloat) -> np.ndarray:
    """Codes (as wider integers) of float32 or float64 `values` without NaN. Negative underflow gives -0.

    The adder of the carrier rounds: in each binade, |value| + anchor has the unit of `fmt` in its last bit,
    so the sum less the anchor, as bit patterns, is the rounded significand. Added to the binade's number it
    carries into the next one by itself.
    """
    single = values.dtype == np.float32 and _FLOAT32.carries(fmt)
    carrier = _FLOAT32 if single else _FLOAT64
    as_float, as_integer = carrier.float_dtype, carrier.integer_dtype
    drop = carrier.mantissa - fmt.mantissa
    lowest = as_integer((fmt.min_normal_exponent + carrier.bias) << carrier.mantissa)
    largest = as_float(float(fmt.max_value)).view(as_integer)

    bits = np.ascontiguousarray(values, dtype=as_float).view(as_integer)
    magnitude = np.bitwise_and(bits, np.iinfo(as_integer).max)
    np.minimum(magnitude, largest, out=magnitude)  # bit patterns are in the order of the values
    binade = np.bitwise_and(magnitude, carrier.exponent_mask)
    np.maximum(binade, lowest, out=binade)  # subnormals share the lowest binade
    anchor = binade + as_integer(drop << carrier.mantissa)
    total = magnitude.view(as_float)
    total += anchor.view(as_float)
    codes = magnitude  # the same memory, now the bits of the sum
    codes -= anchor
    binade -= lowest
    binade >>= drop
    codes += binade
    bits = bits >> (8 * bits.itemsize - fmt.width_bits)
    bits &= fmt.sign_mask
    codes |= bits
    return codes


def minifloat_from_integers(values: np.ndarray, lsb_exponent: int, fmt: MiniFloat) -> np.ndarray:
    """Codes of values * 2**lsb_exponent of integers. Zero gives +0, negative underflow -0."""
    with np.errstate(over="ignore"):  # Inf saturates like any large value
        scaled = np.ldexp(round_to_odd(values), lsb_exponent)
    return minifloat_from_floats(scaled, fmt)


def round_to_odd(values: np.ndarray) -> np.ndarray:
    """Integers as float64: exact up to 53 bits; above, cut to 43 to 53 bits, the last set if a bit was lost.

    Rounding such a value again, to 41 bits or fewer, gives what rounding the integer itself would have
    given (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using
    rounding to odd", 2008).
    """
    if values.dtype == object:
        return np.array([_round_one_to_odd(value) for value in values.tolist()], dtype=np.float64)
    wide = (values >= 1 << 53) | (values <= -(1 << 53))
    if not wide.any():
        return values.astype(np.float64)
    # At most 52 bits stay. Made odd, an even floor is the neighbour above: right for negative numbers too.
    cut = (values >> 11) | (values & 0x7FF != 0)
    return np.where(wide, cut * 2.0**11, values)


def _round_one_to_odd(value: int) -> float:
    magnitude = abs(value)
    cut = max(magnitude.bit_length() - 53, 0)
    odd = (magnitude >> cut) | (magnitude & ((1 << cut) - 1) != 0)
    return float(odd << cut) if value >= 0 else -float(odd << cut)


@lru_cache(maxsize=64)
def _integer_table(fmt: MiniFloat) -> np.ndarray:
    """The integer of each code; NaN and Inf patterns have entries too, which are never looked up."""
    magnitudes = np.arange(fmt.sign_mask)
    field, fraction = np.divmod(magnitudes, 1 << fmt.mantissa)
    dtype = integer_dtype(*fmt.integer_range)
    significand = np.where(field > 0, fraction + (1 << fmt.mantissa), fraction).astype(dtype)
    positive = significand << np.maximum(field - 1, 0).astype(dtype)
    table = np.concatenate([positive, -positive])
    table.flags.writeable = False
    return table


@lru_cache(maxsize=64)
def _float_table(fmt: MiniFloat) -> np.ndarray:
    positive = np.ldexp(_integer_table(fmt)[: fmt.sign_mask].astype(np.float64), fmt.lsb_exponent)
    table = np.concatenate([positive, -positive])  # the code of -0 stands for -0.0
    table.flags.writeable = False
    return table


def check_minifloat_codes(codes: np.ndarray, fmt: MiniFloat, name: str) -> None:
    """Refuses codes that are no bit pattern of `fmt`, or are one of its NaN or Inf patterns."""
    wrong = (codes < 0) | (codes >= 2 * fmt.sign_mask) | (codes & (fmt.sign_mask - 1) > fmt.max_code)
    if wrong.any():
        index = int(np.flatnonzero(wrong)[0])
        raise UserError(
            f"code {int(codes.flat[index]):#x} at index {index} is not a finite {fmt}",
            where=name,
            do="store finite values",
        )


def integers_from_minifloat(codes: np.ndarray, fmt: MiniFloat) -> np.ndarray:
    """Signed integers in units of 2**lsb_exponent: int64, or Python integers for wide formats (bf16)."""
    return _integer_table(fmt)[codes]


def floats_from_minifloat(codes: np.ndarray, fmt: MiniFloat) -> np.ndarray:
    """Values as float64, exact; -0 keeps its sign."""
    return _float_table(fmt)[codes]

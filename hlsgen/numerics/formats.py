"""The number formats: what an integer code of a tensor means.

`Fixed` is `ap_fixed<W, I, Q, O>`, `MiniFloat` a small float of sign, exponent and mantissa, `Block` a row
of elements that share power-of-two scales (OCP MX). All are frozen values: they compare, hash and print
themselves, and hold no data. Every format reads a code as an integer in units of 2**lsb_exponent; that
integer is all that a datapath ever sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from hlsgen.core.errors import UserError

# Within these limits powers of two stay normal in float64, and what overflows it has no bit for WRAP to keep.
MAX_WIDTH_BITS = 768
MAX_LSB_EXPONENT = 960
MAX_SCALE_EXPONENT = 256


class Rounding(Enum):
    """How a value between two codes is rounded: Q of `ap_fixed`. The RND modes round to nearest."""

    TRN = "TRN"  # towards minus infinity
    TRN_ZERO = "TRN_ZERO"  # towards zero
    RND = "RND"  # ties towards plus infinity
    RND_ZERO = "RND_ZERO"  # ties towards zero
    RND_MIN_INF = "RND_MIN_INF"  # ties towards minus infinity
    RND_INF = "RND_INF"  # ties away from zero
    RND_CONV = "RND_CONV"  # ties to the even code


class Overflow(Enum):
    """What becomes of a rounded value outside the codes: the O of `ap_fixed`."""

    WRAP = "WRAP"  # keep the low bits
    SAT = "SAT"  # nearest code
    SAT_ZERO = "SAT_ZERO"  # zero
    SAT_SYM = "SAT_SYM"  # nearest code of a range symmetric about zero


@dataclass(frozen=True, slots=True)
class Fixed:
    """Fixed point: `width` bits, `integer` of them (sign included) before the binary point.

    value = code * 2**(integer - width). `integer` may be negative or exceed `width`, as in `ap_fixed`.
    """

    width: int
    integer: int
    signed: bool = True
    rounding: Rounding = Rounding.RND_CONV
    overflow: Overflow = Overflow.SAT

    def __post_init__(self) -> None:
        if not 1 <= self.width <= MAX_WIDTH_BITS:
            raise UserError(f"a fixed-point format of {self.width} bits", do=f"use 1 to {MAX_WIDTH_BITS} bits")
        if abs(self.lsb_exponent) > MAX_LSB_EXPONENT:
            raise UserError(
                f"the last bit of {self} weighs 2**{self.lsb_exponent}",
                do=f"keep the exponent within +-{MAX_LSB_EXPONENT}",
            )

    @property
    def width_bits(self) -> int:
        return self.width

    @property
    def lsb_exponent(self) -> int:
        return self.integer - self.width

    @property
    def max_code(self) -> int:
        return (1 << (self.width - self.signed)) - 1

    @property
    def min_code(self) -> int:
        """The smallest code the format can yield: SAT_SYM leaves out the most negative one."""
        if not self.signed:
            return 0
        return -self.max_code if self.overflow is Overflow.SAT_SYM else -self.max_code - 1

    @property
    def integer_range(self) -> tuple[int, int]:
        """Smallest and largest integer, in units of 2**lsb_exponent."""
        return self.min_code, self.max_code

    def __str__(self) -> str:
        options = [] if self.signed else ["unsigned"]
        if self.rounding is not Rounding.RND_CONV:
            options.append(self.rounding.value)
        if self.overflow is not Overflow.SAT:
            options.append(self.overflow.value)
        return f"Fixed({','.join([str(self.width), str(self.integer), *options])})"


def Int(
    width: int,
    signed: bool = True,
    rounding: Rounding = Rounding.RND_CONV,
    overflow: Overflow = Overflow.SAT,
) -> Fixed:
    """An integer of `width` bits: fixed point without a fraction."""
    return Fixed(width, width, signed, rounding, overflow)


# The top exponent field: numbers; numbers, and NaN in the all-ones code (OCP e4m3); Inf and NaN (IEEE 754).
VARIANTS = ("finite", "fn", "ieee")


@dataclass(frozen=True, slots=True)
class MiniFloat:
    """A float of 1 sign, `exponent` and `mantissa` bits, with subnormals and a static scale of the tensor.

    value = minifloat * 2**scale_exponent. `bias` defaults to 2**(exponent - 1) - 1. Codes are the unsigned
    bit patterns. NaN and Inf patterns of a variant are never produced and are refused when met. Rounding is
    to nearest even, saturating; without mantissa bits, a tie of normal values goes to the larger (IEEE 754).
    """

    exponent: int
    mantissa: int
    bias: int | None = None
    variant: str = "finite"
    scale_exponent: int = 0

    def __post_init__(self) -> None:
        if self.bias is None:
            object.__setattr__(self, "bias", (1 << (self.exponent - 1)) - 1 if self.exponent > 0 else 0)
        if not (2 <= self.exponent <= 8 and 0 <= self.mantissa <= 10 and self.width_bits <= 16):
            raise UserError(
                f"a minifloat of {self.exponent} exponent and {self.mantissa} mantissa bits",
                do="use 2 to 8 exponent bits, 0 to 10 mantissa bits and 16 bits in all",
            )
        if self.variant not in VARIANTS:
            raise UserError(f"minifloat variant {self.variant!r}", do=f"use one of {', '.join(VARIANTS)}")
        if max(abs(self.exponent_bias), abs(self.scale_exponent)) > MAX_SCALE_EXPONENT:
            raise UserError(
                f"minifloat bias {self.bias} and scale exponent {self.scale_exponent}",
                do=f"keep both within +-{MAX_SCALE_EXPONENT}",
            )

    @property
    def exponent_bias(self) -> int:
        """`bias`, which is a number once the format is made."""
        assert self.bias is not None
        return self.bias

    @property
    def width_bits(self) -> int:
        return 1 + self.exponent + self.mantissa

    @property
    def sign_mask(self) -> int:
        """The bit of a code that holds the sign."""
        return 1 << (self.width_bits - 1)

    @property
    def max_code(self) -> int:
        """Code of the largest finite positive value; positive codes are in the order of their values."""
        specials = {"finite": 0, "fn": 1, "ieee": 1 << self.mantissa}[self.variant]
        return self.sign_mask - 1 - specials

    @property
    def lsb_exponent(self) -> int:
        """Exponent of the smallest subnormal, scale included."""
        return 1 - self.exponent_bias - self.mantissa + self.scale_exponent

    @property
    def min_normal_exponent(self) -> int:
        """Exponent of the smallest normal value, scale included."""
        return self.lsb_exponent + self.mantissa

    @property
    def max_significand_int(self) -> int:
        """The largest decoded integer, in units of 2**lsb_exponent."""
        field, fraction = divmod(self.max_code, 1 << self.mantissa)
        return ((1 << self.mantissa) + fraction) << (field - 1) if field else fraction

    @property
    def max_value(self) -> Fraction:
        return self.max_significand_int * Fraction(2) ** self.lsb_exponent

    @property
    def integer_range(self) -> tuple[int, int]:
        """Smallest and largest integer, in units of 2**lsb_exponent."""
        return -self.max_significand_int, self.max_significand_int

    def __str__(self) -> str:
        name = _NAME_OF.get((self.exponent, self.mantissa, self.bias, self.variant))
        if name is None:
            name = f"e{self.exponent}m{self.mantissa}_{self.variant}"
            if self.bias != (1 << (self.exponent - 1)) - 1:
                name += f"_bias{self.bias}"
        return f"{name}*2^{self.scale_exponent}" if self.scale_exponent else name


E4M3 = MiniFloat(4, 3, variant="fn")
E4M3_FINITE = MiniFloat(4, 3, variant="finite")
E5M2 = MiniFloat(5, 2, variant="ieee")
E3M2 = MiniFloat(3, 2)
E2M3 = MiniFloat(2, 3)
E2M1 = MiniFloat(2, 1)
FP16 = MiniFloat(5, 10, variant="ieee")
BF16 = MiniFloat(8, 7, variant="ieee")

NAMED_MINIFLOATS = {
    "e4m3": E4M3,
    "e4m3_finite": E4M3_FINITE,
    "e5m2": E5M2,
    "e3m2": E3M2,
    "e2m3": E2M3,
    "e2m1": E2M1,
    "fp16": FP16,
    "bf16": BF16,
}
_NAME_OF = {(f.exponent, f.mantissa, f.bias, f.variant): name for name, f in NAMED_MINIFLOATS.items()}

E8M0_BIAS = 127


@dataclass(frozen=True, slots=True)
class Block:
    """OCP MX: along the last axis, each `size` elements share one e8m0 scale 2**(scale code - 127).

    `element` is a `MiniFloat`, or a signed `Fixed` of at most 32 bits (MXINT8 is Block(Fixed(8, 2), 32)).
    """

    element: Fixed | MiniFloat
    size: int = 32
    scale: str = "e8m0"

    def __post_init__(self) -> None:
        if self.scale != "e8m0":
            raise UserError(f"block scale {self.scale!r}", do="use e8m0")
        if self.size < 1:
            raise UserError(f"a block of {self.size} elements", do="use at least 1")
        if not isinstance(self.element, MiniFloat) and not (
            isinstance(self.element, Fixed) and self.element.signed and self.element.width <= 32
        ):
            raise UserError(
                f"a block of {self.element}", do="use minifloat or signed fixed-point elements up to 32 bits"
            )

    @property
    def max_element_exponent(self) -> int:
        """floor(log2) of the largest element, to which the largest value of a block is aligned."""
        return self.element.integer_range[1].bit_length() - 1 + self.element.lsb_exponent

    @property
    def lsb_exponent(self) -> int:
        """Exponent of the smallest element step at the smallest scale."""
        return self.element.lsb_exponent - E8M0_BIAS

    @property
    def integer_range(self) -> tuple[int, int]:
        """Smallest and largest integer, in units of 2**lsb_exponent (the largest scale code is 254)."""
        low, high = self.element.integer_range
        return low << 254, high << 254

    def __str__(self) -> str:
        return f"Block({self.element},{self.size})"


Element: TypeAlias = Fixed | MiniFloat  # of one value
Format: TypeAlias = Element | Block

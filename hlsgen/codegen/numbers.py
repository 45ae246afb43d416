"""The C++ of a layer's numbers: product, requantiser and order, as contexts for `templates/numbers.j2`.

In: number formats. Out: frozen contexts of C++ types and expressions. Fixed-point operands are integers; a
minifloat is a small signed significand and a shift (`templates/lib/minifloat.h`). Sums are integers in units of
the products' last bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hlsgen.numerics import Element, Fixed, MiniFloat


@dataclass(frozen=True, slots=True)
class Product:
    """`shift` is "" when both operands are fixed point."""

    bits: int
    weight_type: str
    x_type: str
    weight_significand: str
    x_significand: str
    shift: str


@dataclass(frozen=True, slots=True)
class Requantiser:
    """Fixed point: `source` goes into an `exact_type`, and that into a `rounded_type`. Minifloat: `encoder`, an
    expression."""

    format: str
    bits: int
    sum_bits: int
    relu: bool
    exact_type: str = ""
    source: str = ""
    rounded_type: str = ""
    encoder: str = ""


def product(weight: Element, x: Element) -> Product:
    """weight and x arrive as `code_type(weight)` and as raw bits."""
    (low, high), (x_low, x_high) = weight.integer_range, x.integer_range
    largest = max(abs(a * b) for a in (low, high) for b in (x_low, x_high))
    shifts = [
        f"minifloat_shift<{fmt.exponent}, {fmt.mantissa}>({name})"
        for name, fmt in (("weight", weight), ("x", x))
        if isinstance(fmt, MiniFloat)
    ]
    return Product(
        bits=largest.bit_length() + 1,
        weight_type=code_type(weight),
        x_type=f"ap_uint<{x.width_bits}>",
        weight_significand="weight" if isinstance(weight, Fixed) else _significand("weight", weight),
        x_significand=f"{code_type(x)}(x)" if isinstance(x, Fixed) else _significand("x", x),
        shift=f"({' + '.join(shifts)})" if len(shifts) > 1 else "".join(shifts),
    )


def requantiser(sums: Fixed, y: Element, relu: bool) -> Requantiser:
    """From sums of the format `sums` to codes of `y`."""
    source = "rectified" if relu else "sum"
    plain = Requantiser(format=str(y), bits=y.width_bits, sum_bits=sums.width, relu=relu)
    if isinstance(y, Fixed):
        return replace(
            plain,
            exact_type=f"ap_fixed<{sums.width}, {sums.integer}>",
            source=source,
            rounded_type=(
                f"{'ap_fixed' if y.signed else 'ap_ufixed'}<{y.width}, {y.integer}, "
                f"AP_{y.rounding.value}, AP_{y.overflow.value}>"
            ),
        )
    offset = y.lsb_exponent - sums.lsb_exponent
    if offset < 0:  # the result has finer steps than the sum
        source = f"ap_int<{sums.width - offset}>(ap_int<{sums.width - offset}>({source}) << {-offset})"
        offset = 0
    arguments = f"{y.exponent}, {y.mantissa}, {y.max_code}, {offset}"
    return replace(plain, encoder=f"minifloat_encode<{arguments}>({source})")


@dataclass(frozen=True, slots=True)
class Order:
    """Codes are compared as `type`, of what `reorder` (its own inverse; "" for none) makes of their bits."""

    type: str
    reorder: str


def order(fmt: Element) -> Order:
    """How codes of `fmt` are put in the order of their values."""
    if isinstance(fmt, Fixed):
        return Order(code_type(fmt), "")
    return Order(f"ap_int<{fmt.width_bits}>", f"minifloat_order<{fmt.width_bits}>")


def code_type(fmt: Element) -> str:
    """The C++ type of a code."""
    signed = isinstance(fmt, Fixed) and fmt.signed
    return f"{'ap_int' if signed else 'ap_uint'}<{fmt.width_bits}>"


def headers(*formats: Element) -> tuple[str, ...]:
    """The headers that arithmetic on these formats needs, beside ap_int.h."""
    fixed = any(isinstance(fmt, Fixed) for fmt in formats)
    minifloat = any(isinstance(fmt, MiniFloat) for fmt in formats)
    return (*(["ap_fixed.h"] if fixed else []), *(["minifloat.h"] if minifloat else []))


def _significand(name: str, fmt: MiniFloat) -> str:
    return f"minifloat_significand<{fmt.exponent}, {fmt.mantissa}>({name})"

"""The conversions of whole tensors, for every format: floats <-> codes <-> integers.

`quantise` is where data enters: there NaN and Inf are refused. From then on there are only codes, and
integers in units of 2**lsb_exponent. Work goes in blocks that stay in the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

import numpy as np

from hlsgen.core.errors import UserError

from .blocks import BlockCodes, block_from_floats, check_scales, spread
from .fixed import fixed_from_floats, fixed_from_integers
from .formats import E8M0_BIAS, Block, Element, Fixed, Format, MiniFloat
from .integers import bit_length, integer_dtype
from .minifloat import (
    check_minifloat_codes,
    code_dtype,
    floats_from_minifloat,
    integers_from_minifloat,
    minifloat_from_floats,
    minifloat_from_integers,
    round_to_odd,
)

_BLOCK_ELEMENTS = 1 << 16


@overload
def quantise(values: np.ndarray, fmt: Element, name: str = "") -> np.ndarray: ...
@overload
def quantise(values: np.ndarray, fmt: Format, name: str = "") -> np.ndarray | BlockCodes: ...
def quantise(values: np.ndarray, fmt: Format, name: str = "") -> np.ndarray | BlockCodes:
    """Codes of `values`, each rounded once from its exact value, in the shape of `values`.

    values: float16, float32, float64, or integers. Returns int64 for `Fixed` (Python integers beyond 64
    bits), uint8 or uint16 bit patterns for `MiniFloat`, `BlockCodes` for `Block`. Raises a `UserError` with
    `name` and the index for NaN and Inf.
    """
    values = np.asarray(values)
    if values.dtype.kind in "iub":
        return requantise(values, 0, fmt)
    if values.dtype not in (np.float16, np.float32, np.float64):
        raise UserError(f"values of type {values.dtype}", where=name, do="give float16, float32, float64 or integers")
    if isinstance(fmt, Block):
        _check_finite(values, values, 0, name)
        return _block_codes(values.astype(np.float64), fmt)
    if values.dtype == np.float16:
        values = values.astype(np.float32)
    flat = np.ascontiguousarray(values).reshape(-1)
    codes = np.empty(flat.shape, dtype=_code_dtype(fmt))
    to_codes: Callable[[np.ndarray, Any], np.ndarray] = (
        fixed_from_floats if isinstance(fmt, Fixed) else minifloat_from_floats
    )
    for start in range(0, flat.size, _BLOCK_ELEMENTS):
        block = flat[start : start + _BLOCK_ELEMENTS]
        _check_finite(block, values, start, name)
        codes[start : start + _BLOCK_ELEMENTS] = to_codes(block, fmt)
    return codes.reshape(values.shape)


@overload
def requantise(integers: np.ndarray, lsb_exponent: int, fmt: Element) -> np.ndarray: ...
@overload
def requantise(integers: np.ndarray, lsb_exponent: int, fmt: Format) -> np.ndarray | BlockCodes: ...
def requantise(integers: np.ndarray, lsb_exponent: int, fmt: Format) -> np.ndarray | BlockCodes:
    """Codes of the exact values integers * 2**lsb_exponent: one rounding, then overflow.

    integers: any integer type, or Python integers. Codes as `quantise` gives them. A negative that
    underflows a minifloat gives -0, zero gives +0.
    """
    integers = _as_integers(integers)
    flat = integers.reshape(-1)
    if isinstance(fmt, Block):
        with np.errstate(over="ignore"):
            scaled = np.ldexp(round_to_odd(flat), lsb_exponent)
        return _block_codes(scaled.reshape(integers.shape), fmt)
    if isinstance(fmt, Fixed):
        codes = fixed_from_integers(flat, lsb_exponent, fmt)
    else:
        codes = minifloat_from_integers(flat, lsb_exponent, fmt)
    return codes.astype(_code_dtype(fmt), copy=False).reshape(integers.shape)


def to_integers(codes: np.ndarray | BlockCodes, fmt: Format, name: str = "") -> np.ndarray:
    """Integers in units of 2**fmt.lsb_exponent; what is no finite code of `fmt` is a `UserError` with `name`.

    int64, or Python integers (dtype object) for formats that need them: wide `Fixed`, bf16, every `Block`.
    """
    if isinstance(fmt, Block):
        codes = _blocks(codes, fmt, name)
        elements = to_integers(codes.elements, fmt.element, name).astype(object)
        return elements << spread(codes.scales.astype(object), fmt, codes.shape[-1])
    integers = _as_integers(codes)
    if isinstance(fmt, MiniFloat):
        check_minifloat_codes(integers, fmt, name)
        return integers_from_minifloat(integers, fmt)
    _check_range(integers, fmt, name)
    return integers.astype(_code_dtype(fmt), copy=False)


decode = to_integers


def encode(integers: np.ndarray, fmt: Element, name: str = "") -> np.ndarray:
    """Codes of integers in units of 2**fmt.lsb_exponent: the inverse of `decode`. Others: a `UserError`."""
    integers = _as_integers(integers)
    codes = requantise(integers, fmt.lsb_exponent, fmt)
    wrong = np.flatnonzero(to_integers(codes, fmt) != integers)
    if wrong.size:
        raise UserError(
            f"{integers.flat[wrong[0]]} at index {wrong[0]} is no integer of {fmt}",
            where=name,
            do="requantise it first",
        )
    return codes


def dequantise(codes: np.ndarray | BlockCodes, fmt: Format, name: str = "") -> np.ndarray:
    """Values of `codes`, exact in float64; a `UserError` where 53 bits are too few for one (wide `Fixed`)."""
    if isinstance(fmt, Block):
        codes = _blocks(codes, fmt, name)
        exponents = codes.scales.astype(np.int64) - E8M0_BIAS
        return np.ldexp(dequantise(codes.elements, fmt.element, name), spread(exponents, fmt, codes.shape[-1]))
    if isinstance(fmt, MiniFloat):
        patterns = _as_integers(codes)
        check_minifloat_codes(patterns, fmt, name)
        return floats_from_minifloat(patterns, fmt)
    integers = to_integers(codes, fmt, name)
    floats = integers.astype(np.float64)
    if bit_length(integers) > 53 and (floats.astype(object) != integers.astype(object)).any():
        raise UserError(f"a code of {fmt} has no exact float64", where=name, do="use to_integers")
    return np.ldexp(floats, fmt.lsb_exponent)


def _code_dtype(fmt: Element) -> np.dtype:
    return integer_dtype(*fmt.integer_range) if isinstance(fmt, Fixed) else code_dtype(fmt)


def _block_codes(values: np.ndarray, fmt: Block) -> BlockCodes:
    elements, scales = block_from_floats(np.atleast_1d(values), fmt)
    return BlockCodes(elements.astype(_code_dtype(fmt.element)), scales.astype(np.uint8))


def _blocks(codes: np.ndarray | BlockCodes, fmt: Block, name: str) -> BlockCodes:
    if not isinstance(codes, BlockCodes):
        raise UserError(f"codes of {fmt} without scales", where=name, do="give BlockCodes")
    check_scales(codes, fmt, name)
    return codes


def _as_integers(values: np.ndarray | BlockCodes) -> np.ndarray:
    """int64 where it holds the values (uint64 and Python integers may exceed it), else Python integers."""
    if isinstance(values, BlockCodes):
        raise UserError("codes of blocks for a format without", do="give the format that they have")
    values = np.asarray(values)
    if values.dtype.kind not in "iubO":
        raise UserError(f"integers of type {values.dtype}", do="give integers; use quantise for floats")
    if values.dtype == np.uint64 or values.dtype == object:
        wide = bit_length(values) > 63
        return values.astype(object if wide else np.int64)
    return values.astype(np.int64, copy=False)


def _check_finite(block: np.ndarray, tensor: np.ndarray, start: int, name: str) -> None:
    finite = np.isfinite(block)
    if not finite.all():
        position = start + int(np.flatnonzero(~finite)[0])
        index = tuple(int(i) for i in np.unravel_index(position, tensor.shape))
        raise UserError(
            f"{tensor[index]} at index {index}", where=name, do="give finite values: NaN and Inf have no code"
        )


def _check_range(codes: np.ndarray, fmt: Fixed, name: str) -> None:
    low, high = fmt.integer_range
    if codes.size and not (low <= codes.min() and codes.max() <= high):
        raise UserError(f"codes from {codes.min()} to {codes.max()} in {fmt}", where=name, do=f"keep to {low}..{high}")

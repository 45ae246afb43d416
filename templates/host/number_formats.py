"""Real numbers to the codes of a format and back, as the accelerator's golden model does it, with NumPy alone.

A format is a dictionary, as the .json file of a design has it. Written by hlsgen, the same for every design.
"""

from __future__ import annotations

from typing import Any

import numpy as np

# Which of the numbers halfway between two integers go away from zero.
_TIES_AWAY = {
    "RND": lambda scaled: scaled > 0,
    "RND_MIN_INF": lambda scaled: scaled < 0,
    "RND_INF": lambda scaled: True,
    "RND_ZERO": lambda scaled: False,
}


def encode(values: np.ndarray, number: dict[str, Any], name: str = "") -> np.ndarray:
    """Codes (int64) of real numbers, each rounded once. Raises ValueError for NaN and Inf."""
    real = np.asarray(values).astype(np.float64)
    finite = np.isfinite(real)
    if not finite.all():
        at = tuple(np.argwhere(~finite)[0].tolist())
        raise ValueError(f"{name}: {real[at]} at index {at} is no number to compute with")
    return _encode_fixed(real, number) if number["kind"] == "fixed" else _encode_minifloat(real, number)


def _encode_fixed(real: np.ndarray, number: dict[str, Any]) -> np.ndarray:
    with np.errstate(over="ignore"):
        scaled = np.ldexp(real, -number["lsb_exponent"])
    scaled = np.clip(scaled, -(2.0**1000), 2.0**1000)
    rounded = _rounded(scaled, number["rounding"])
    bits, lowest, highest = number["width_bits"], number["min_code"], number["max_code"]
    if number["overflow"] == "WRAP":
        wrapped = np.mod(rounded, 2.0**bits)
        return np.where(wrapped > highest, wrapped - 2.0**bits, wrapped).astype(np.int64)
    if number["overflow"] == "SAT_ZERO":
        return np.where((rounded < lowest) | (rounded > highest), 0, rounded).astype(np.int64)
    if number["overflow"] == "SAT_SYM" and lowest < 0:
        lowest = -highest
    return np.clip(rounded, lowest, highest).astype(np.int64)


def _rounded(scaled: np.ndarray, mode: str) -> np.ndarray:
    if mode == "TRN":
        return np.floor(scaled)
    if mode == "RND_CONV":
        return np.rint(scaled)
    whole = np.trunc(scaled)
    if mode == "TRN_ZERO":
        return whole
    rest = np.abs(scaled - whole)  # exact, as it would not be above the floor
    away = (rest > 0.5) | ((rest == 0.5) & _TIES_AWAY[mode](scaled))
    return whole + np.copysign(away, scaled)


def _encode_minifloat(real: np.ndarray, number: dict[str, Any]) -> np.ndarray:
    magnitudes = _magnitudes(number)
    halfway = (magnitudes[1:] + magnitudes[:-1]) / 2
    code = np.searchsorted(halfway, np.abs(real), side="left")
    is_tie = (code < halfway.size) & (halfway[np.minimum(code, halfway.size - 1)] == np.abs(real))
    to_upper = code % 2 == 1 if number["mantissa"] else code > 0
    code = code + (is_tie & to_upper)
    return (code | np.where(np.signbit(real), number["sign_mask"], 0)).astype(np.int64)


def _magnitudes(number: dict[str, Any]) -> np.ndarray:
    """The values of the codes from 0 to the largest finite one."""
    codes = np.arange(number["max_code"] + 1)
    field, fraction = np.divmod(codes, 1 << number["mantissa"])
    significand = np.where(field > 0, fraction + (1 << number["mantissa"]), fraction)
    return np.ldexp(significand.astype(np.float64), number["lsb_exponent"] + np.maximum(field - 1, 0))


def decode(codes: np.ndarray, number: dict[str, Any]) -> np.ndarray:
    """The exact values (float64) of codes."""
    if number["kind"] == "fixed":
        return np.ldexp(np.asarray(codes).astype(np.float64), number["lsb_exponent"])
    magnitudes = _magnitudes(number)[np.asarray(codes) & (number["sign_mask"] - 1)]
    return np.where(np.asarray(codes) & number["sign_mask"], -magnitudes, magnitudes)


def is_code(array: np.ndarray, number: dict[str, Any]) -> np.ndarray:
    """Which of the integers are codes of the format."""
    if number["kind"] == "fixed":
        return (array >= number["min_code"]) & (array <= number["max_code"])
    inside = (array >= 0) & (array < 2 * number["sign_mask"])
    return inside & ((array & (number["sign_mask"] - 1)) <= number["max_code"])


def of_patterns(patterns: np.ndarray, number: dict[str, Any]) -> np.ndarray:
    """The codes of patterns of bits: below zero where the first bit of a signed fixed-point number is set."""
    codes = np.asarray(patterns).astype(np.int64)
    if number["kind"] == "fixed" and number["min_code"] < 0:
        return np.where(codes > number["max_code"], codes - (1 << number["width_bits"]), codes)
    return codes

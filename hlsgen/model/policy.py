"""A format policy: which number formats the weights and the activations of a whole network take.

In: text such as "Int8", "Int4/Int8" (weights/activations), "Fixed(16,6)", "e2m1/e4m3". Out: `FormatPolicy`, which fits
a format to the values of one tensor: integers and minifloats get a power-of-two scale per tensor, Fixed is literal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hlsgen.core.errors import UserError
from hlsgen.numerics import Block, Fixed, MiniFloat, dequantise, parse_format, quantise

_FINER_SCALES = 5
_MAX_BITS = 32


@dataclass(frozen=True, slots=True)
class Rule:
    """How tensors of one kind are coded: in `format` as it stands, or `scaled` per tensor."""

    format: Fixed | MiniFloat
    scaled: bool

    def fit(self, values: np.ndarray, name: str) -> Fixed | MiniFloat:
        """The format for a tensor of which `values` are typical (or, of weights, all there are)."""
        return best_scale(values, self.format, name) if self.scaled else self.format


@dataclass(frozen=True, slots=True)
class FormatPolicy:
    """One rule for all weights, one for all activations, network input and output included. Prints as parsed."""

    text: str
    weights: Rule
    activations: Rule

    def __str__(self) -> str:
        return self.text


def parse_policy(text: str) -> FormatPolicy:
    """Read "format" or "weights/activations". Raises `UserError` for what is no format or cannot feed a multiplier."""
    parts = text.split("/")
    if len(parts) > 2:
        raise UserError(f"{text!r} names {len(parts)} formats", where="format", do='write "weights/activations"')
    rules = [_parse_rule(part.strip()) for part in parts]
    return FormatPolicy("/".join(part.strip() for part in parts), rules[0], rules[-1])


def _parse_rule(text: str) -> Rule:
    fmt = parse_format(text)
    if isinstance(fmt, Block):
        raise UserError(f"{text} has a scale per block", where="format", do="use one scale per tensor, such as e4m3")
    if isinstance(fmt, Fixed) and not fmt.signed:
        raise UserError(f"{text} is unsigned", where="format", do="use a signed format: layers share multipliers")
    if isinstance(fmt, Fixed) and not 2 <= fmt.width <= _MAX_BITS:
        raise UserError(f"{text} has {fmt.width} bits", where="format", do=f"use 2 to {_MAX_BITS} bits")
    literal = text.startswith("Fixed") or "*" in text
    return Rule(fmt, scaled=not literal)


def best_scale(values: np.ndarray, fmt: Fixed | MiniFloat, name: str) -> Fixed | MiniFloat:
    """`fmt` with the power-of-two scale that gives `values` the least squared error.

    The search starts where nothing saturates and goes to finer steps: clipping a few outliers may pay.
    """
    largest = float(np.abs(values).max()) or 1.0
    mantissa, exponent = np.frexp(largest / fmt.integer_range[1])
    covering = int(exponent) - (mantissa == 0.5)
    candidates = [_with_lsb(fmt, covering - finer) for finer in range(_FINER_SCALES)]
    errors = [np.square(dequantise(quantise(values, c, name), c) - values).sum() for c in candidates]
    return candidates[int(np.argmin(errors))]


def _with_lsb(fmt: Fixed | MiniFloat, lsb_exponent: int) -> Fixed | MiniFloat:
    if isinstance(fmt, Fixed):
        return replace(fmt, integer=fmt.width + int(lsb_exponent))
    return replace(fmt, scale_exponent=fmt.scale_exponent + int(lsb_exponent) - fmt.lsb_exponent)

"""`window_attention`: scaled dot-product attention of each query to the keys that its mask names.

Real numbers: o_i = sum_j exp(s_ij) v_j / sum_j exp(s_ij), s_ij = scale * q_i . k_j (SWAT, arXiv 2405.17025).
Integers, each step exact but where it says so:

    s_ij = q_i . k_j                                   in units of the product of q's and k's last bits
    u_ij = clamp(floor(s_ij * multiplier / 2**shift))  log2 of the weight, `fraction_bits` of it a fraction
    e_ij = 2**(u_ij - m_i)                             by `numerics.power_of_two`, `weight_bits` fraction bits
    o_i  = sum_j e_ij v_j / sum_j e_ij                 one division per element, rounded once to the result's format

m_i is the greatest u_ij of the row (maximum="row") or the greatest u that there is (maximum="static"): then e keeps
bits for the whole range of u, so that no row's sum is 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from hlsgen.numerics import (
    Element,
    Fixed,
    Format,
    PowerTable,
    accumulator_width,
    matmul_exact,
    power_of_two,
    power_table,
    requantise,
    signed_bits,
    to_integers,
)

from ..graph import Shape, Tensor
from ..mask import make_mask, mask_attributes, mask_of
from .operator import Attributes, Cost, Operator

MAXIMA = ("row", "static")
_ROWS = 256  # that golden works on at a time
_WIDEST_WEIGHT_BITS = 48
_MARGIN = 2  # how far beyond calibration scores go before they saturate


class WindowAttention(Operator):
    """q, k, v (heads, tokens, features) or (tokens, features), all alike -> the same shape.

    Attributes from the start: the mask's, `scale`, `maximum`, `weight_bits` (None: by the format of v). Of a quantised
    graph also `multiplier`, `shift`, `score_bits`, `fraction_bits`, `precision_bits` (of the table of powers), and
    `saturates`: whether there are codes whose scores do.
    """

    name = "window_attention"
    rounds = True

    def attributes(self, inputs: Sequence[Shape], **given: Any) -> Attributes:
        self.shape(inputs, {})
        tokens, features = inputs[0][-2:]
        sinks = given["sinks"]
        if not isinstance(sinks, int) or not 0 <= sinks <= tokens:
            raise ValueError(f"sinks is {sinks!r}; use 0 to {tokens}")
        pinned = sorted({*range(sinks), *given["global_tokens"]})
        mask = make_mask(
            tokens,
            given["window"],
            causal=bool(given["causal"]),
            pinned=pinned,
            random_tokens=given["random_tokens"],
            seed=given["seed"],
        )
        scale = 1 / math.sqrt(features) if given["scale"] is None else float(given["scale"])
        if not (math.isfinite(scale) and scale > 0):
            raise ValueError(f"scale is {scale!r}; use a positive number")
        if given["maximum"] not in MAXIMA:
            raise ValueError(f"maximum is {given['maximum']!r}; use one of {', '.join(MAXIMA)}")
        bits = given["weight_bits"]
        if bits is not None and (not isinstance(bits, int) or not 4 <= bits <= 24):
            raise ValueError(f"weight_bits is {bits!r}; use 4 to 24")
        return {**mask_attributes(mask), "scale": scale, "maximum": given["maximum"], "weight_bits": bits}

    def shape(self, inputs: Sequence[Shape], attributes: Attributes) -> Shape:
        if len(inputs) != 3 or len(set(inputs)) != 1 or len(inputs[0]) not in (2, 3):
            shapes = ", ".join(map(str, inputs))
            raise ValueError(f"q, k and v are {shapes}; they want one shape, ([heads,] tokens, features)")
        return inputs[0]

    def fit(
        self, inputs: Sequence[Tensor], values: Sequence[np.ndarray], attributes: Attributes
    ) -> tuple[Attributes, Mapping[str, np.ndarray]]:
        """Scores get the bits that calibration (`values` of q, k, v) and a margin ask for, fewer if that is proved."""
        (q, k, v), features = (tensor.element for tensor in inputs), inputs[0].shape[-1]
        precision_bits = attributes["weight_bits"] or (12 if v.width_bits <= 8 else 16)
        unit = Fraction(attributes["scale"]) * Fraction(math.log2(math.e)) * _power(q.lsb_exponent + k.lsb_exponent)
        proved = features * max(abs(a * b) for a in q.integer_range for b in k.integer_range) * unit
        seen = max(_largest_score(values, mask_of(attributes)) * attributes["scale"] * math.log2(math.e), 2.0**-4)
        likely = Fraction(seen) * _MARGIN
        integer_bits = max(1, math.ceil(min(proved, likely)).bit_length())
        fraction_bits = precision_bits + 2
        weight_bits = precision_bits
        if attributes["maximum"] == "static":
            weight_bits += 2 << integer_bits  # no weight of any row vanishes
            if weight_bits > _WIDEST_WEIGHT_BITS:
                raise ValueError(
                    f"a static maximum over scores of {integer_bits} bits wants weights of {weight_bits} bits, above "
                    f"{_WIDEST_WEIGHT_BITS}; use maximum='row'"
                )
        shift = max(integer_bits + fraction_bits - _exponent(unit * _power(fraction_bits)), 0)
        table = power_table(precision_bits, fraction_bits)
        return {
            **attributes,
            "weight_bits": weight_bits,
            "precision_bits": precision_bits,
            "fraction_bits": fraction_bits,
            "score_bits": 1 + integer_bits + fraction_bits,
            "multiplier": round(unit * _power(fraction_bits + shift)),
            "shift": shift,
            "saturates": bool(proved >= _power(integer_bits)),
        }, {"exp_base": np.array(table.base), "exp_slope": np.array(table.slope)}

    def floats(self, inputs: Sequence[np.ndarray], attributes: Attributes) -> np.ndarray:
        q, k, v = (np.asarray(x, dtype=np.float64) for x in inputs[:3])
        mask, tokens = mask_of(attributes), q.shape[-2]
        result = np.empty_like(v)
        for rows in _blocks(tokens):
            scores = q[..., rows, :] @ k.swapaxes(-1, -2) * attributes["scale"]
            scores = np.where(mask.attended(rows, tokens), scores, -np.inf)
            weights = np.exp(scores - scores.max(-1, keepdims=True))
            result[..., rows, :] = weights @ v / weights.sum(-1, keepdims=True)
        return result

    def codes(
        self, inputs: Sequence[np.ndarray], tensors: Sequence[Tensor], result: Tensor, attributes: Attributes
    ) -> np.ndarray:
        formats = [tensor.element for tensor in tensors[:3]]
        q, k, v = (to_integers(codes, fmt) for codes, fmt in zip(inputs, formats, strict=False))
        largest = [max(map(abs, fmt.integer_range)) for fmt in formats]
        mask, tokens = mask_of(attributes), q.shape[-2]
        table = table_of(attributes, inputs[3], inputs[4])
        low, high = score_range(attributes)
        made = []
        for rows in _blocks(tokens):
            seen = mask.attended(rows, tokens)
            scores = matmul_exact(q[..., rows, :], k.swapaxes(-1, -2), *largest[:2])
            logs = scaled(scores, attributes)
            greatest = np.where(seen, logs, low).max(-1, keepdims=True) if attributes["maximum"] == "row" else high
            weights = np.where(seen, power_of_two(np.minimum(logs - greatest, 0), table, attributes["weight_bits"]), 0)
            sums = matmul_exact(weights, v, 1 << attributes["weight_bits"], largest[2])
            made.append(divide(sums, weights.sum(-1, keepdims=True), formats[2], result.element))
        return np.concatenate(made, axis=-2)

    def cost(self, inputs: Sequence[Shape], attributes: Attributes) -> Cost:
        shape, mask = inputs[0], mask_of(attributes)
        tokens, features = shape[-2:]
        pairs = sum(int(mask.attended(rows, tokens).sum()) for rows in _blocks(tokens))
        heads = int(np.prod(shape[:-2]))
        return Cost(2 * heads * pairs * features, int(np.prod(shape)))


def score_range(attributes: Attributes) -> tuple[int, int]:
    """Smallest and largest u; the code below the smallest marks a key that does not count."""
    largest = (1 << (attributes["score_bits"] - 1)) - 1
    return -largest, largest


def scaled(scores: np.ndarray, attributes: Attributes) -> np.ndarray:
    """u of exact scores: int64."""
    multiplier, shift = attributes["multiplier"], attributes["shift"]
    largest = int(np.abs(scores).max(initial=0)) * multiplier
    wide = scores if largest.bit_length() < 63 else scores.astype(object)
    return np.clip(wide * multiplier >> shift, *score_range(attributes)).astype(np.int64)


def score_format(q: Format, k: Format, features: int) -> Fixed:
    """The format of an exact score."""
    width = accumulator_width(q, k, features)
    return Fixed(width, width + q.lsb_exponent + k.lsb_exponent)


def weighted_format(v: Format, weight_bits: int, keys: int) -> Fixed:
    """The format of an exact sum of so many weighted values."""
    low, high = (keys * bound << weight_bits for bound in v.integer_range)
    width = signed_bits(low, high)
    return Fixed(width, width + v.lsb_exponent - weight_bits)


def quotient_format(v: Format, y: Format) -> Fixed:
    """The format of a quotient ahead of its rounding: its last bit says whether the division left a remainder, and
    lies below the half of y's last bit, so that rounding it is rounding the exact quotient."""
    below = max(v.lsb_exponent - y.lsb_exponent + 1, 0)
    width = max(map(abs, v.integer_range)).bit_length() + below + 2
    return Fixed(width, width + v.lsb_exponent - below - 1)


def divide(sums: np.ndarray, weights: np.ndarray, v: Format, y: Element) -> np.ndarray:
    """Codes of y: sums / weights rounded once. sums in units of v's last bit times that of the weights."""
    fmt = quotient_format(v, y)
    below = v.lsb_exponent - fmt.lsb_exponent - 1
    if sums.size and int(np.abs(sums).max()).bit_length() + below > 62:
        sums = sums.astype(object)
    magnitude = np.abs(sums) << below
    quotient = magnitude // weights
    jammed = quotient << 1 | (quotient * weights != magnitude)
    return requantise(np.where(sums < 0, -jammed, jammed), fmt.lsb_exponent, y)


def table_of(attributes: Attributes, base: np.ndarray, slope: np.ndarray) -> PowerTable:
    """The table of powers that a quantised graph carries."""
    return PowerTable(
        attributes["precision_bits"], attributes["fraction_bits"], tuple(base.tolist()), tuple(slope.tolist())
    )


def _blocks(tokens: int) -> list[np.ndarray]:
    return [np.arange(first, min(first + _ROWS, tokens)) for first in range(0, tokens, _ROWS)]


def _largest_score(values: Sequence[np.ndarray], mask: Any) -> float:
    """The greatest |q . k| that counts."""
    q, k = values[:2]
    tokens = q.shape[-2]
    parts = (
        np.abs(np.where(mask.attended(rows, tokens), q[..., rows, :] @ k.swapaxes(-1, -2), 0)).max()
        for rows in _blocks(tokens)
    )
    return float(max(parts))


def _power(exponent: int) -> Fraction:
    return Fraction(2) ** exponent


def _exponent(value: Fraction) -> int:
    """floor(log2(value)) of a positive number."""
    guess = value.numerator.bit_length() - value.denominator.bit_length()
    return guess if _power(guess) <= value else guess - 1

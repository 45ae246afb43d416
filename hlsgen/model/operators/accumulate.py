"""What `dense` and `conv2d` share: exact products, summed exactly, in an accumulator as wide as these weights need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hlsgen.numerics import Fixed, Format, accumulator_width_of, matmul_exact, to_integers

from ..graph import Tensor

MAX_BITS = 128  # beyond, the formats are ill-matched to exact sums: bf16 would want 500


def accumulator_lsb(x: Format, weight: Format) -> int:
    """The exponent of the unit in which products of `x` and `weight` are exact; biases are given in it too."""
    return x.lsb_exponent + weight.lsb_exponent


def accumulator_format(inputs: Sequence[Tensor], constants: Mapping[str, np.ndarray]) -> Fixed:
    """The narrowest signed format that no partial sum of any output can leave, whatever the inputs and the order."""
    x, weight = inputs[0].element, inputs[1].element
    integers = to_integers(constants[inputs[1].name], weight)
    width = accumulator_width_of(integers, x, constants[inputs[2].name])
    if width > MAX_BITS:
        raise ValueError(f"{x} times {weight} needs an accumulator of {width} bits, above {MAX_BITS}")
    return Fixed(width, width + accumulator_lsb(x, weight))


def multiply_accumulate(
    rows: np.ndarray, inputs: Sequence[np.ndarray], tensors: Sequence[Tensor], result: Tensor
) -> np.ndarray:
    """rows (n, k) of codes of the first tensor, weight (out, ...), bias (out,) -> (n, out) integers of the accumulator.

    int64 when the accumulator fits it, Python integers (dtype object) when not.
    """
    x, weight = tensors[0].element, tensors[1].element
    weights = to_integers(inputs[1], weight).reshape(len(inputs[1]), -1)
    largest = [max(-low, high) for low, high in (x.integer_range, weight.integer_range)]
    products = matmul_exact(to_integers(rows, x), weights.T, *largest)
    return products.astype(np.dtype(np.int64 if result.fixed.width < 64 else object)) + inputs[2]

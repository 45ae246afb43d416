"""`dense`: every output is a weighted sum of all inputs, plus a bias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hlsgen.numerics import Fixed

from ..graph import Shape, Tensor
from .accumulate import accumulator_format, multiply_accumulate
from .operator import Attributes, Cost, Operator


class Dense(Operator):
    """(features,), weight (out, features), bias (out,) -> (out,)."""

    name = "dense"
    accumulates = True

    def shape(self, inputs: Sequence[Shape], attributes: Attributes) -> Shape:
        x, weight, bias = inputs
        if len(x) != 1:
            raise ValueError(f"dense takes (features,), not {x}: put a flatten before it")
        if len(weight) != 2 or weight[1] != x[0]:
            raise ValueError(f"weight has the shape {weight}, but the input {x} wants (outputs, {x[0]})")
        if bias != weight[:1]:
            raise ValueError(f"bias has the shape {bias}, but the weight wants ({weight[0]},)")
        return (weight[0],)

    def format(self, inputs: Sequence[Tensor], constants: Mapping[str, np.ndarray], attributes: Attributes) -> Fixed:
        return accumulator_format(inputs, constants)

    def floats(self, inputs: Sequence[np.ndarray], attributes: Attributes) -> np.ndarray:
        x, weight, bias = inputs
        return x @ weight.T + bias

    def codes(
        self, inputs: Sequence[np.ndarray], tensors: Sequence[Tensor], result: Tensor, attributes: Attributes
    ) -> np.ndarray:
        return multiply_accumulate(inputs[0], inputs, tensors, result)

    def cost(self, inputs: Sequence[Shape], attributes: Attributes) -> Cost:
        outputs, features = inputs[1]
        return Cost(outputs * features, outputs)

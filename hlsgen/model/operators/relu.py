"""`relu`: the greater of zero and the element."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hlsgen.numerics import Fixed

from ..graph import Shape, Tensor
from .operator import Attributes, Operator


class Relu(Operator):
    """Any shape and format, kept. A minifloat with its sign set, -0 too, becomes the code 0."""

    name = "relu"

    def shape(self, inputs: Sequence[Shape], attributes: Attributes) -> Shape:
        return inputs[0]

    def floats(self, inputs: Sequence[np.ndarray], attributes: Attributes) -> np.ndarray:
        return np.maximum(inputs[0], 0)

    def codes(
        self, inputs: Sequence[np.ndarray], tensors: Sequence[Tensor], result: Tensor, attributes: Attributes
    ) -> np.ndarray:
        codes, fmt = inputs[0], tensors[0].element
        if isinstance(fmt, Fixed):
            return np.maximum(codes, 0)
        return np.where(codes & fmt.sign_mask, 0, codes).astype(codes.dtype)

"""`max_pool`: the greatest element of each square window; windows do not overlap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hlsgen.numerics import Fixed

from ..graph import Shape, Tensor
from .operator import Attributes, Cost, Operator


class MaxPool(Operator):
    """(height, width, channels) -> (height // size, width // size, channels); rows and columns left over are dropped.

    Attribute: `size`. Minifloats are ordered by value with -0 below +0, so that the result is one code whatever
    the order of comparison.
    """

    name = "max_pool"
    selects = True

    def attributes(self, inputs: Sequence[Shape], **given: Any) -> Attributes:
        size = given["size"]
        if not isinstance(size, int) or size < 1:
            raise ValueError(f"size is {size!r}; use an integer of at least 1")
        return given

    def shape(self, inputs: Sequence[Shape], attributes: Attributes) -> Shape:
        (x,), size = inputs, attributes["size"]
        if len(x) != 3:
            raise ValueError(f"max_pool takes (height, width, channels), not {x}")
        if min(x[:2]) < size:
            raise ValueError(f"a window of {size} is larger than the image {x[:2]}")
        return (x[0] // size, x[1] // size, x[2])

    def floats(self, inputs: Sequence[np.ndarray], attributes: Attributes) -> np.ndarray:
        return _greatest(inputs[0], attributes["size"])

    def codes(
        self, inputs: Sequence[np.ndarray], tensors: Sequence[Tensor], result: Tensor, attributes: Attributes
    ) -> np.ndarray:
        codes, fmt = inputs[0], tensors[0].element
        if isinstance(fmt, Fixed):
            return _greatest(codes, attributes["size"])
        # Sign and magnitude to two's complement: a negative code of magnitude m becomes -1 - m, and back.
        sign, wide = fmt.sign_mask, codes.astype(np.int64)
        greatest = _greatest(np.where(wide & sign, ~(wide & (sign - 1)), wide), attributes["size"])
        return np.where(greatest < 0, sign | ~greatest, greatest).astype(codes.dtype)

    def cost(self, inputs: Sequence[Shape], attributes: Attributes) -> Cost:
        height, width, channels = self.shape(inputs, attributes)
        return Cost(0, height * width * channels * attributes["size"] ** 2)


def _greatest(x: np.ndarray, size: int) -> np.ndarray:
    n, height, width, channels = x.shape
    rows, columns = height // size, width // size
    whole = x[:, : rows * size, : columns * size]
    return whole.reshape(n, rows, size, columns, size, channels).max((2, 4))

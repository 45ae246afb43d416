"""`conv2d`: a two-dimensional convolution (cross-correlation) over zero-padded images."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hlsgen.numerics import Fixed

from ..graph import Shape, Tensor
from .accumulate import accumulator_format, multiply_accumulate
from .operator import Attributes, Cost, Operator


class Conv2d(Operator):
    """(height, width, in), weight (out, in, kh, kw), bias (out,) -> (height', width', out).

    Attributes: `stride`, and `pads` = (top, left, bottom, right) rows and columns of zeros. `same` makes
    height' = ceil(height / stride); of an odd number of zeros the larger half goes to the bottom and the right.
    """

    name = "conv2d"
    accumulates = True

    def attributes(self, inputs: Sequence[Shape], **given: Any) -> Attributes:
        padding, stride = given["padding"], given["stride"]
        if padding not in ("same", "valid"):
            raise ValueError(f"padding is {padding!r}; use 'same' or 'valid'")
        if not isinstance(stride, int) or stride < 1:
            raise ValueError(f"stride is {stride!r}; use an integer of at least 1")
        pads = (0, 0, 0, 0)
        if padding == "same" and len(inputs[0]) == 3 and len(inputs[1]) == 4:
            rows, columns = (
                max((-(-size // stride) - 1) * stride + kernel - size, 0)
                for size, kernel in zip(inputs[0][:2], inputs[1][2:], strict=True)
            )
            pads = (rows // 2, columns // 2, rows - rows // 2, columns - columns // 2)
        return {"stride": stride, "pads": pads}

    def shape(self, inputs: Sequence[Shape], attributes: Attributes) -> Shape:
        x, weight, bias = inputs
        if len(x) != 3:
            raise ValueError(f"conv2d takes (height, width, channels), not {x}")
        if len(weight) != 4 or weight[1] != x[2]:
            raise ValueError(f"weight has the shape {weight}, but the input {x} wants (out, {x[2]}, height, width)")
        if bias != weight[:1]:
            raise ValueError(f"bias has the shape {bias}, but the weight wants ({weight[0]},)")
        top, left, bottom, right = attributes["pads"]
        spans = (x[0] + top + bottom - weight[2], x[1] + left + right - weight[3])
        if min(spans) < 0:
            raise ValueError(f"the kernel {weight[2:]} is larger than the image {x[:2]}")
        return (*(span // attributes["stride"] + 1 for span in spans), weight[0])

    def format(self, inputs: Sequence[Tensor], constants: Mapping[str, np.ndarray], attributes: Attributes) -> Fixed:
        return accumulator_format(inputs, constants)

    def floats(self, inputs: Sequence[np.ndarray], attributes: Attributes) -> np.ndarray:
        x, weight, bias = inputs
        windows = _windows(x, weight.shape[2:], attributes)
        sums = _rows(windows) @ weight.reshape(len(weight), -1).T + bias
        return sums.reshape(*windows.shape[:3], -1)

    def codes(
        self, inputs: Sequence[np.ndarray], tensors: Sequence[Tensor], result: Tensor, attributes: Attributes
    ) -> np.ndarray:
        windows = _windows(inputs[0], tensors[1].shape[2:], attributes)
        return multiply_accumulate(_rows(windows), inputs, tensors, result).reshape(len(inputs[0]), *result.shape)

    def cost(self, inputs: Sequence[Shape], attributes: Attributes) -> Cost:
        height, width, channels = self.shape(inputs, attributes)
        return Cost(height * width * int(np.prod(inputs[1])), height * width * channels)


def _windows(x: np.ndarray, kernel: Shape, attributes: Attributes) -> np.ndarray:
    """(n, h, w, c) -> (n, h', w', c, kh, kw): a view of what each output sees; the code 0 is zero in every format."""
    top, left, bottom, right = attributes["pads"]
    stride = attributes["stride"]
    padded = np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
    return np.lib.stride_tricks.sliding_window_view(padded, kernel, (1, 2))[:, ::stride, ::stride]


def _rows(windows: np.ndarray) -> np.ndarray:
    """One row per output pixel, in the order of the weight's (in, kh, kw)."""
    return windows.reshape(int(np.prod(windows.shape[:3])), -1)

"""`requantise`: the one place of a datapath where a value is rounded and saturated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hlsgen.numerics import Element, Fixed, MiniFloat, requantise, to_integers

from ..graph import Shape, Tensor
from .operator import Attributes, Operator


class Requantise(Operator):
    """Any shape, kept, to the format of the result. Attribute, until the model is quantised: `format`."""

    name = "requantise"

    def attributes(self, inputs: Sequence[Shape], **given: Any) -> Attributes:
        if not isinstance(given["format"], Fixed | MiniFloat):
            raise ValueError(f"{given['format']} has a scale per block; use a format with one scale")
        return given

    def shape(self, inputs: Sequence[Shape], attributes: Attributes) -> Shape:
        return inputs[0]

    def format(self, inputs: Sequence[Tensor], constants: Mapping[str, np.ndarray], attributes: Attributes) -> Element:
        return attributes["format"]

    def floats(self, inputs: Sequence[np.ndarray], attributes: Attributes) -> np.ndarray:
        return inputs[0]

    def codes(
        self, inputs: Sequence[np.ndarray], tensors: Sequence[Tensor], result: Tensor, attributes: Attributes
    ) -> np.ndarray:
        source = tensors[0].element
        return requantise(to_integers(inputs[0], source), source.lsb_exponent, result.element)

"""`flatten`: the same elements in a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..graph import Shape, Tensor
from .operator import Attributes, Operator


class Flatten(Operator):
    """Any shape -> (elements,), row-major: channels run fastest."""

    name = "flatten"
    selects = True

    def shape(self, inputs: Sequence[Shape], attributes: Attributes) -> Shape:
        return (int(np.prod(inputs[0])),)

    def floats(self, inputs: Sequence[np.ndarray], attributes: Attributes) -> np.ndarray:
        return inputs[0].reshape(len(inputs[0]), -1)

    def codes(
        self, inputs: Sequence[np.ndarray], tensors: Sequence[Tensor], result: Tensor, attributes: Attributes
    ) -> np.ndarray:
        return inputs[0].reshape(len(inputs[0]), -1)

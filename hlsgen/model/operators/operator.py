"""What an operator is: one class with its shape rule, float semantics, exact integer semantics and cost.

To add an operator: one file here with one subclass, one entry in the table of `operators/__init__.py`, one line-long
method of `Model`. The integer semantics lives here too, not in golden: it needs nothing but numerics, and a shape
rule and an arithmetic that must agree are best read side by side. Golden walks the graph and checks the widths.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from hlsgen.numerics import Element

from ..graph import Shape, Tensor

Attributes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """The work of one sample: `macs` multiply-accumulates, `elements` results written."""

    macs: int
    elements: int


class Operator(ABC):
    """One kind of node. Arrays of tensors that flow have the batch in front; constants come as they are."""

    name: ClassVar[str]
    accumulates: ClassVar[bool] = False
    """True: takes (x, weight, bias), makes an exact accumulator; a requantiser must follow."""
    selects: ClassVar[bool] = False
    """True: a result is the greatest of some inputs, or the only one, so that it commutes with rounding."""
    rounds: ClassVar[bool] = False
    """True: the result is in an activation format of its own; `fit` is called when the model is quantised."""

    def attributes(self, inputs: Sequence[Shape], **given: Any) -> Attributes:
        """The attributes of the node, complete and checked, from what the user gave."""
        return given

    @abstractmethod
    def shape(self, inputs: Sequence[Shape], attributes: Attributes) -> Shape:
        """The shape of the result. Raises `ValueError` that says what is wrong; the builder adds the layer."""

    def format(self, inputs: Sequence[Tensor], constants: Mapping[str, np.ndarray], attributes: Attributes) -> Element:
        """The format of the result; by default that of the first input."""
        return inputs[0].element

    def fit(
        self, inputs: Sequence[Tensor], values: Sequence[np.ndarray], attributes: Attributes
    ) -> tuple[Attributes, Mapping[str, np.ndarray]]:
        """The attributes of the quantised node and its tables (integers, by role), from the formats of its inputs and
        from what calibration (`values`) saw there."""
        return attributes, {}

    @abstractmethod
    def floats(self, inputs: Sequence[np.ndarray], attributes: Attributes) -> np.ndarray:
        """The operator on real numbers."""

    @abstractmethod
    def codes(
        self, inputs: Sequence[np.ndarray], tensors: Sequence[Tensor], result: Tensor, attributes: Attributes
    ) -> np.ndarray:
        """The operator on codes, exactly. `tensors` gives shape and format of `inputs`."""

    def cost(self, inputs: Sequence[Shape], attributes: Attributes) -> Cost:
        """Work per sample; by default one element moved per element of the result."""
        return Cost(0, int(np.prod(self.shape(inputs, attributes))))

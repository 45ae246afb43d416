"""The builder: a network of floats, written as one Python call per layer.

    model = Model("perceptron")
    x = model.input("image", (64,))
    x = model.relu(model.dense(x, weight, bias, name="hidden"))
    model.output(model.dense(x, weight2, bias2, name="digit"))

Shapes are without the batch: (height, width, channels) or (features,). Every mistake is a `UserError` that names the
layer. Out: `Model.graph()`, a `Graph` without formats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from hlsgen.core.errors import UserError
from hlsgen.core.naming import check_identifier
from hlsgen.numerics import Format, parse_format

from .floats import Inputs
from .graph import Graph, Node, Shape, Tensor
from .operators import OPERATORS


class UnknownOperatorError(UserError, AttributeError):
    """A model calls an operator that there is not. Also an AttributeError, for `hasattr` and its like."""


class Model:
    """A network under construction.

    `calibration`: inputs on which the binary points are chosen. `test`: (inputs, labels) on which the accuracy is
    counted, or inputs alone, on which the error against real numbers is measured. Inputs are (samples, *shape), by name
    ({"q": ..., "k": ...}) when the model has several.
    """

    def __init__(self, name: str) -> None:
        self.name = check_identifier(name, "model")
        self.calibration: Inputs | None = None
        self.test: tuple[Inputs, np.ndarray] | Inputs | None = None
        self._tensors: dict[str, Tensor] = {}
        self._constants: dict[str, np.ndarray] = {}
        self._nodes: list[Node] = []
        self._inputs: list[str] = []
        self._outputs: list[str] = []

    def input(self, name: str, shape: Shape) -> Tensor:
        """A tensor that comes from outside."""
        if not shape or any(not isinstance(extent, int) or extent < 1 for extent in shape):
            raise UserError(f"the shape {shape!r} is not a tuple of positive integers", where=f"input {name}")
        self._inputs.append(name)
        return self._tensor(name, tuple(shape), "input")

    def dense(self, x: Tensor, weight: np.ndarray, bias: np.ndarray, *, name: str = "") -> Tensor:
        """weight (out, in) times x (in,), plus bias (out,)."""
        return self.apply("dense", x, name=name, constants={"weight": weight, "bias": bias})

    def conv2d(
        self,
        x: Tensor,
        weight: np.ndarray,
        bias: np.ndarray,
        *,
        padding: str = "same",
        stride: int = 1,
        name: str = "",
    ) -> Tensor:
        """weight (out, in, kernel height, kernel width) over x (height, width, in), plus bias (out,)."""
        return self.apply(
            "conv2d", x, name=name, constants={"weight": weight, "bias": bias}, padding=padding, stride=stride
        )

    def relu(self, x: Tensor, *, name: str = "") -> Tensor:
        """max(x, 0)."""
        return self.apply("relu", x, name=name)

    def max_pool(self, x: Tensor, size: int, *, name: str = "") -> Tensor:
        """The maximum of every `size` x `size` window of x (height, width, channels); windows do not overlap."""
        return self.apply("max_pool", x, name=name, size=size)

    def flatten(self, x: Tensor, *, name: str = "") -> Tensor:
        """The elements of x in a row, the last axis fastest."""
        return self.apply("flatten", x, name=name)

    def requantise(self, x: Tensor, fmt: Format | str, *, name: str = "") -> Tensor:
        """x in the number format `fmt`, whatever the policy says; without it, the policy chooses after each layer."""
        chosen = parse_format(fmt) if isinstance(fmt, str) else fmt
        return self.apply("requantise", x, name=name, format=chosen)

    def window_attention(
        self,
        q: Tensor,
        k: Tensor,
        v: Tensor,
        window: int,
        *,
        causal: bool = False,
        global_tokens: Sequence[int] = (),
        random_tokens: int | Sequence[Sequence[int]] = 0,
        sinks: int = 0,
        scale: float | None = None,
        maximum: str = "row",
        weight_bits: int | None = None,
        seed: int = 1,
        name: str = "",
    ) -> Tensor:
        """Attention of each query to the `window` keys around it; q, k, v: ([heads,] tokens, features).

        causal: to itself and the keys before it. global_tokens, and the first `sinks` tokens: seen by every query.
        random_tokens: so many more keys for each query, drawn with `seed`; or which, for each query. scale: by default
        1 / sqrt(features).
        maximum: what is taken from the scores ahead of the exponential, the greatest of the "row" or a "static" bound.
        weight_bits: fraction bits of the exponentials, by default 12 or, for values above 8 bits, 16.
        """
        return self.apply(
            "window_attention",
            q,
            k,
            v,
            name=name,
            window=window,
            causal=causal,
            global_tokens=tuple(global_tokens),
            random_tokens=random_tokens,
            sinks=sinks,
            scale=scale,
            maximum=maximum,
            weight_bits=weight_bits,
            seed=seed,
        )

    def output(self, x: Tensor) -> None:
        """Make x a result of the model."""
        self._check_known(x, "output")
        if x.name in self._outputs:
            raise UserError("it is an output already", where=f"output {x.name}", do="call output once per tensor")
        self._outputs.append(x.name)

    def apply(
        self,
        op: str,
        *flowing: Tensor,
        name: str = "",
        constants: Mapping[str, np.ndarray] | None = None,
        **given: Any,
    ) -> Tensor:
        """The operator `op` of `hlsgen.model.operators` on tensors: what the methods above call."""
        if op not in OPERATORS:
            self.__getattr__(op)
        operator = OPERATORS[op]
        name = name or f"{op}{sum(node.op == op for node in self._nodes) + 1}"
        where = f"layer {name}"
        for x in flowing:
            self._check_known(x, where)
        arrays = {f"{name}_{role}": _finite(array, role, where) for role, array in (constants or {}).items()}
        shapes = [*(x.shape for x in flowing), *(array.shape for array in arrays.values())]
        try:
            attributes = operator.attributes(shapes, **given)
            shape = operator.shape(shapes, attributes)
        except ValueError as error:
            raise UserError(str(error), where=where) from None
        result = self._tensor(name, shape, "layer")
        for constant, array in arrays.items():
            self._tensor(constant, array.shape, "constant")
            self._constants[constant] = array
        self._nodes.append(Node(op, name, (*(x.name for x in flowing), *arrays), attributes))
        return result

    def graph(self) -> Graph:
        """The network as a graph of floats. Raises `UserError` without an input or an output, or for a loose end."""
        for kind, names in (("input", self._inputs), ("output", self._outputs)):
            if not names:
                raise UserError(f"the model has no {kind}", where=f"model {self.name}", do=f"call model.{kind}(...)")
        read = {*self._outputs, *(name for node in self._nodes for name in node.inputs)}
        for name in self._tensors:
            if name not in read:
                raise UserError("nothing reads it", where=f"tensor {name}", do="pass it on or make it an output")
        nodes, inputs, outputs = tuple(self._nodes), tuple(self._inputs), tuple(self._outputs)
        return Graph(self.name, dict(self._tensors), nodes, inputs, outputs, dict(self._constants))

    def __getattr__(self, op: str) -> NoReturn:
        raise UnknownOperatorError(
            f"there is no operator {op!r}", where="model", do=f"use one of {', '.join(OPERATORS)}"
        )

    def _tensor(self, name: str, shape: Shape, kind: str) -> Tensor:
        check_identifier(name, kind, where=f"model {self.name}")
        if name in self._tensors:
            raise UserError(f"the name {name!r} is taken", where=f"model {self.name}", do="names must differ")
        self._tensors[name] = Tensor(name, shape)
        return self._tensors[name]

    def _check_known(self, x: Tensor, where: str) -> None:
        if not isinstance(x, Tensor) or self._tensors.get(x.name) is not x:
            raise UserError(
                f"{x!r} is not a tensor of this model",
                where=where,
                do="pass what input() or a layer returned",
            )


def _finite(array: np.ndarray, role: str, where: str) -> np.ndarray:
    """`array` as float32, refused when an element is NaN or infinite."""
    try:
        with np.errstate(over="ignore"):  # beyond float32 is infinite, and said so below
            floats = np.asarray(array, dtype=np.float32)
    except (TypeError, ValueError):
        raise UserError(f"{role} is not an array of numbers", where=where) from None
    bad = np.argwhere(~np.isfinite(floats))
    if len(bad):
        index = tuple(map(int, bad[0]))
        raise UserError(
            f"{role} is {floats[index]} at index {index}", where=where, do="train it again or mend the file"
        )
    return floats

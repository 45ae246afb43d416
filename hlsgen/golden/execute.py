"""Run a quantised graph on codes, all samples at once, and check that every tensor stays inside its format.

In: a `Graph` with formats and input codes (batch, *shape). Out: output codes, on request every tensor in between.
The arithmetic of an operator is in `hlsgen.model.operators`; here are the order, the checks and the accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hlsgen.core.errors import InternalError, UserError
from hlsgen.model import OPERATORS, Graph, Inputs, Model, Tensor, float_tensors, named_inputs
from hlsgen.numerics import Element, Fixed, Format, dequantise, quantise, to_integers


@dataclass(frozen=True, slots=True, eq=False)
class GoldenResult:
    """`outputs`: codes (batch, *shape) by tensor name. `tensors`: every tensor that flows; empty unless kept."""

    outputs: dict[str, np.ndarray]
    tensors: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def output(self) -> np.ndarray:
        """The codes of the first output."""
        return next(iter(self.outputs.values()))


def code_inputs(graph: Graph, inputs: Inputs) -> dict[str, np.ndarray]:
    """Real inputs as codes of the graph's input formats, by name. NaN or infinity is a `UserError`."""
    named = named_inputs(graph, inputs)
    return {
        name: quantise(batch.astype(np.float64), graph.tensors[name].element, name) for name, batch in named.items()
    }


def run(graph: Graph, codes: Inputs, keep: bool = False) -> GoldenResult:
    """Execute `graph` on input codes (batch, *shape); `keep` returns every intermediate tensor too.

    Raises `UserError` for codes that are not of the input's shape and format, `InternalError` when a computed tensor
    leaves its declared width.
    """
    given = named_inputs(graph, codes)
    for name, batch in given.items():
        to_integers(batch, graph.tensors[name].element, f"input {name}")  # refuses what is no code
    values = {**graph.constants, **given}
    samples = len(given[graph.inputs[0]])
    for node in graph.nodes:
        result = graph.tensors[node.name]
        tensors = [graph.tensors[name] for name in node.inputs]
        made = OPERATORS[node.op].codes([values[name] for name in node.inputs], tensors, result, node.attributes)
        _check(graph, result, made, samples)
        values[node.name] = made
    flowing = {name: value for name, value in values.items() if name not in graph.constants}
    return GoldenResult({name: values[name] for name in graph.outputs}, flowing if keep else {})


def float_reference(model: Model, inputs: Inputs) -> np.ndarray:
    """The first output of the network of floats, in float64."""
    graph = model.graph()
    return float_tensors(graph, inputs)[graph.outputs[0]]


def relative_error(outputs: np.ndarray, fmt: Format, reference: np.ndarray) -> float:
    """The root mean square of the error of codes, over that of the real numbers that they should be."""
    difference = dequantise(outputs, fmt) - reference
    return float(np.sqrt(np.square(difference).mean() / (np.square(reference).mean() or 1.0)))


def accuracy(outputs: np.ndarray, labels: np.ndarray, fmt: Format | None = None) -> float:
    """The share of samples whose greatest output is that of the label; of equal outputs the first counts.

    `outputs` (batch, classes) are codes of `fmt`, or real numbers when `fmt` is None.
    """
    scores = outputs if fmt is None else to_integers(outputs, fmt)
    if scores.ndim != 2 or scores.shape[:1] != labels.shape:
        raise UserError(f"outputs of shape {scores.shape} for labels of shape {labels.shape}", where="accuracy")
    return float((scores.argmax(1) == labels).mean())


def _inside(codes: np.ndarray, fmt: Element) -> bool:
    low, high = (fmt.min_code, fmt.max_code) if isinstance(fmt, Fixed) else (0, (1 << fmt.width_bits) - 1)
    return bool(codes.min() >= low and codes.max() <= high)


def _check(graph: Graph, tensor: Tensor, codes: np.ndarray, batch: int) -> None:
    if codes.shape != (batch, *tensor.shape) or not _inside(codes, tensor.element):
        what = f"graph {graph.name}: tensor {tensor} holds codes {codes.min()}..{codes.max()} of shape {codes.shape}"
        raise InternalError(what, graph)

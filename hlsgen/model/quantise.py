"""Quantisation after training: from a network of floats to one of integer codes.

In: a `Model`, a `FormatPolicy` and calibration inputs. Out: a `Graph` whose tensors all have formats and whose
constants are codes. For each layer it holds, in this order: one `dense` or `conv2d` that makes an exact accumulator,
at most one `relu`, one `requantise`, then `max_pool` and `flatten` if any; `window_attention` rounds its own result and
gets its tables as constants. Inputs and outputs are codes of the activation format. There are no nodes for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hlsgen.core.errors import UserError
from hlsgen.numerics import Element, Fixed, quantise, signed_bits

from .builder import Model
from .floats import Inputs, float_tensors
from .graph import Graph, Node, Tensor
from .normalise import normalise
from .operators import OPERATORS, accumulator_lsb
from .policy import FormatPolicy

BIAS_BITS = 63  # stored as int64


def quantise_model(model: Model, policy: FormatPolicy, calibration: Inputs) -> Graph:
    """The model in the formats of `policy`, its scales fitted to `calibration`.

    Raises `UserError` that names the layer when exact sums in its formats would be too wide.
    """
    graph = normalise(model.graph())
    values = float_tensors(graph, calibration)
    tensors = {
        name: replace(graph.tensors[name], format=policy.activations.fit(values[name], name)) for name in graph.inputs
    }
    constants: dict[str, np.ndarray] = {}
    nodes: list[Node] = []
    fmt: Element
    for node in graph.nodes:
        operator, attributes = OPERATORS[node.op], dict(node.attributes)
        try:
            if operator.accumulates:
                for tensor, codes in _code_weights(graph, node, policy, tensors[node.inputs[0]]):
                    tensors[tensor.name], constants[tensor.name] = tensor, codes
            if operator.rounds:
                inputs = node.inputs
                fitted, tables = operator.fit([tensors[x] for x in inputs], [values[x] for x in inputs], attributes)
                attributes = dict(fitted)
                for role, table in tables.items():
                    tensor = _table(f"{node.name}_{role}", table)
                    tensors[tensor.name], constants[tensor.name] = tensor, table
                node = replace(node, inputs=(*inputs, *(f"{node.name}_{role}" for role in tables)))
                fmt = policy.activations.fit(values[node.name], node.name)
            elif node.op == "requantise":
                fmt = attributes.pop("format") or policy.activations.fit(values[node.name], node.name)
            else:
                fmt = operator.format([tensors[name] for name in node.inputs], constants, attributes)
        except ValueError as error:
            raise UserError(str(error), where=f"layer {node.name}", do="choose narrower formats") from None
        tensors[node.name] = replace(graph.tensors[node.name], format=fmt)
        nodes.append(replace(node, attributes=attributes))
    return replace(graph, tensors=tensors, nodes=tuple(nodes), constants=constants)


def _table(name: str, table: np.ndarray) -> Tensor:
    """A table of integers, as narrow as they are."""
    width = signed_bits(int(table.min()), int(table.max()))
    return Tensor(name, table.shape, Fixed(width, width))


def _code_weights(graph: Graph, node: Node, policy: FormatPolicy, x: Tensor) -> Sequence[tuple[Tensor, np.ndarray]]:
    """The weight in the policy's format, and the bias as an integer in units of the accumulator, as narrow as it is."""
    weight, bias = (graph.tensors[name] for name in node.inputs[1:])
    weight_values, bias_values = (graph.constants[name].astype(np.float64) for name in node.inputs[1:])
    weight_format = policy.weights.fit(weight_values, weight.name)
    unit = accumulator_lsb(x.element, weight_format)
    largest = float(np.abs(bias_values).max())
    if largest >= np.ldexp(1.0, BIAS_BITS - 1 + unit):
        raise ValueError(
            f"the bias {largest:g} needs more than {BIAS_BITS} bits in the unit of the products, 2**{unit}"
        )
    integers = quantise(bias_values, Fixed(BIAS_BITS, BIAS_BITS + unit), bias.name)
    width = signed_bits(int(integers.min()), int(integers.max()))
    return (
        (replace(weight, format=weight_format), quantise(weight_values, weight_format, weight.name)),
        (replace(bias, format=Fixed(width, width + unit)), integers),
    )

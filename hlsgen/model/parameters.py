"""Parameters that may be replaced while an accelerator is at work: the weights and biases of a quantised graph.

In: a quantised graph. Out: the same graph with sums wide enough for any codes of its weights' formats, and biases as
wide as sums of products; and what of it are parameters. Formats of weights, scales and shifts stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from hlsgen.core.errors import UserError
from hlsgen.numerics import Fixed, accumulator_width, to_integers

from .graph import Graph, Tensor
from .operators import OPERATORS
from .operators.accumulate import MAX_BITS, accumulator_lsb
from .quantise import BIAS_BITS


def parameter_names(graph: Graph) -> tuple[str, ...]:
    """The constants that layers compute with, in order: of each its weight, then its bias."""
    return tuple(name for node in graph.nodes if OPERATORS[node.op].accumulates for name in node.inputs[1:])


def for_any_parameters(graph: Graph) -> Graph:
    """`graph`, so that every code of its parameters' formats will do. Raises `UserError` where it has none, or sums
    would be too wide."""
    if not parameter_names(graph):
        raise UserError(f"{graph.name} has no weights that could be loaded", where="--weights", do="leave it out")
    tensors = dict(graph.tensors)
    for node in graph.nodes:
        operator, inputs = OPERATORS[node.op], [tensors[name] for name in node.inputs]
        if operator.accumulates:
            tensors[inputs[2].name], tensors[node.name] = _widest(inputs, tensors[node.name])
        elif node.op != "requantise" and not operator.rounds:
            tensors[node.name] = replace(
                tensors[node.name], format=operator.format(inputs, graph.constants, node.attributes)
            )
    return replace(graph, tensors=tensors)


def with_parameters(graph: Graph, codes: Mapping[str, np.ndarray]) -> Graph:
    """`graph` with other codes in place of some of its parameters. Raises `UserError` for what is no code of them."""
    known = parameter_names(graph)
    for name, array in codes.items():
        if name not in known or array.shape != graph.tensors[name].shape:
            raise UserError(
                f"parameter {name} of shape {array.shape}",
                where=graph.name,
                do=f"there are {', '.join(map(str, (graph.tensors[each] for each in known)))}",
            )
        to_integers(array, graph.tensors[name].element, name)
    return replace(graph, constants={**graph.constants, **codes})


def random_parameters(graph: Graph, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Codes for all parameters: the model's own, shuffled, with one in eight anything that the format has."""
    found = {}
    for name in parameter_names(graph):
        own, fmt = graph.constants[name], graph.tensors[name].element
        low, high = (fmt.min_code, fmt.max_code) if isinstance(fmt, Fixed) else (0, fmt.max_code)
        anything = random.integers(low, high, own.shape, endpoint=True)
        shuffled = random.permutation(own.ravel()).reshape(own.shape)
        found[name] = np.where(random.random(own.shape) < 1 / 8, anything, shuffled).astype(own.dtype)
    return found


def _widest(inputs: list[Tensor], sums: Tensor) -> tuple[Tensor, Tensor]:
    """The bias and the sums of a layer, for any parameters."""
    x, weight, bias = inputs
    taps, unit = weight.size // weight.shape[0], accumulator_lsb(x.element, weight.element)
    products = accumulator_width(weight.element, x.element, taps)
    bias_bits = max(bias.fixed.width, min(products, BIAS_BITS))
    wide = replace(bias, format=Fixed(bias_bits, bias_bits + unit))
    width = accumulator_width(weight.element, x.element, taps, wide.fixed.integer_range)
    if width > MAX_BITS:
        raise UserError(
            f"{x.element} times any {weight.element} needs an accumulator of {width} bits, above {MAX_BITS}",
            where=f"layer {sums.name}",
            do="choose narrower formats, or --weights baked",
        )
    return wide, replace(sums, format=Fixed(width, width + unit))

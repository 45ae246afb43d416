"""The network on real numbers: what quantisation calibrates on, and what its accuracy is measured against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from hlsgen.core.errors import UserError

from .graph import Graph
from .operators import OPERATORS

Inputs: TypeAlias = np.ndarray | Mapping[str, np.ndarray]
"""(samples, *shape) of a model's only input, or of each input by its name."""


def float_tensors(graph: Graph, inputs: Inputs) -> dict[str, np.ndarray]:
    """Every tensor that flows, in float64."""
    values: dict[str, np.ndarray] = {key: value.astype(np.float64) for key, value in graph.constants.items()}
    values |= {name: batch.astype(np.float64) for name, batch in named_inputs(graph, inputs).items()}
    for node in graph.nodes:
        values[node.name] = OPERATORS[node.op].floats([values[name] for name in node.inputs], node.attributes)
    return {name: value for name, value in values.items() if name not in graph.constants}


def named_inputs(graph: Graph, inputs: Inputs, where: str = "") -> dict[str, np.ndarray]:
    """The inputs of the graph by name, in its order; a `UserError` when one is missing or is not (samples, *shape)."""
    if not isinstance(inputs, Mapping):
        if len(graph.inputs) != 1:
            raise UserError(
                f"one array for the inputs {', '.join(graph.inputs)}", where=where or graph.name, do="give a dict"
            )
        inputs = {graph.inputs[0]: inputs}
    if set(inputs) != set(graph.inputs):
        raise UserError(
            f"data for {', '.join(map(str, inputs))}, but the inputs are {', '.join(graph.inputs)}",
            where=where or graph.name,
        )
    named = {name: np.asarray(inputs[name]) for name in graph.inputs}
    for name, batch in named.items():
        first = graph.inputs[0]
        shape, place = graph.tensors[name].shape, where or f"input {name}"
        if batch.ndim == 0 or batch.shape[1:] != shape or not len(batch):
            wanted = ", ".join(map(str, ("samples", *shape)))
            raise UserError(f"the data has the shape {batch.shape}, not ({wanted})", where=place)
        if len(batch) != len(named[first]):
            raise UserError(f"{len(batch)} samples, but {len(named[first])} of {first}", where=place)
    return named

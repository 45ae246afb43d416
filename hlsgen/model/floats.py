"""The network on real numbers: what quantisation calibrates on, and what its accuracy is measured against."""

from __future__ import annotations

import numpy as np

from hlsgen.core.errors import UserError

from .graph import Graph
from .operators import OPERATORS


def float_tensors(graph: Graph, inputs: np.ndarray) -> dict[str, np.ndarray]:
    """Every tensor that flows, in float64. `inputs` is (samples, *shape) for the one input of the graph."""
    values: dict[str, np.ndarray] = {key: value.astype(np.float64) for key, value in graph.constants.items()}
    values[graph.inputs[0]] = check_batch(graph, inputs).astype(np.float64)
    for node in graph.nodes:
        values[node.name] = OPERATORS[node.op].floats([values[name] for name in node.inputs], node.attributes)
    return {name: value for name, value in values.items() if name not in graph.constants}


def check_batch(graph: Graph, batch: np.ndarray, name: str = "") -> np.ndarray:
    """`batch` itself when it is (samples, *shape of the graph's one input); a `UserError` at `name` otherwise."""
    if len(graph.inputs) != 1:
        raise UserError(f"the model has {len(graph.inputs)} inputs", where=graph.name, do="use one input")
    tensor = graph.tensors[graph.inputs[0]]
    if batch.ndim == 0 or batch.shape[1:] != tensor.shape or not len(batch):
        wanted = ", ".join(map(str, ("samples", *tensor.shape)))
        raise UserError(f"the data has the shape {batch.shape}, not ({wanted})", where=name or f"input {tensor.name}")
    return batch

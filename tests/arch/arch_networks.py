"""Small quantised networks for the tests of planners, code generation and C simulation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hlsgen.model import Graph, Model, parse_policy, quantise_model


def network(shape: Sequence[int], layers: Sequence[tuple], fmt: str = "Int8", seed: int = 0) -> Graph:
    """Layers: ("conv", outputs, kernel, padding, stride), ("pool", size), ("dense", outputs); convs have a ReLU."""
    rng = np.random.default_rng(seed)
    model = Model("net")
    x = model.input("image", tuple(shape))
    for layer in layers:
        match layer:
            case ("conv", outputs, kernel, padding, stride):
                weight = rng.normal(0, 0.3, (outputs, x.shape[2], kernel, kernel))
                x = model.relu(model.conv2d(x, weight, rng.normal(0, 0.1, outputs), padding=padding, stride=stride))
            case ("pool", size):
                x = model.max_pool(x, size)
            case ("dense", outputs):
                x = model.flatten(x) if len(x.shape) > 1 else x
                x = model.dense(x, rng.normal(0, 0.3, (outputs, x.shape[0])), rng.normal(0, 0.1, outputs))
    model.output(x)
    return quantise_model(model, parse_policy(fmt), rng.uniform(-1, 1, (4, *shape)))

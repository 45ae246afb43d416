"""The normal form: [relu], requantise, then pools and flattens behind each layer, whatever the user wrote."""

from __future__ import annotations

import numpy as np
import pytest

from hlsgen.core.errors import UserError
from hlsgen.model import Model, Tensor
from hlsgen.model.normalise import normalise


def layer(model: Model, x: Tensor, name: str = "conv") -> Tensor:
    return model.conv2d(x, np.ones((1, x.shape[2], 1, 1)), np.ones(1), name=name)


def chain(*steps: str) -> list[str]:
    """The nodes of the normal form of a convolution followed by `steps`, as "op:name"."""
    model = Model("net")
    x = layer(model, model.input("image", (4, 4, 1)))
    for step in steps:
        op, _, fmt = step.partition(" ")
        if op == "requantise":
            x = model.requantise(x, fmt)
        else:
            x = model.max_pool(x, 2) if op == "max_pool" else getattr(model, op)(x)
    model.output(x)
    graph = normalise(model.graph())
    assert graph.outputs == (graph.nodes[-1].name,)
    assert graph.tensors[graph.outputs[0]].shape == x.shape
    return [f"{node.op}:{node.name}" for node in graph.nodes[1:]]


AUTO = "requantise:conv_requantise"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((), [AUTO]),
        (("relu",), ["relu:relu1", AUTO]),
        (("relu", "relu"), ["relu:relu1", AUTO]),
        (("max_pool",), [AUTO, "max_pool:max_pool1"]),
        (("relu", "max_pool"), ["relu:relu1", AUTO, "max_pool:max_pool1"]),
        (("max_pool", "relu"), ["relu:relu1", AUTO, "max_pool:max_pool1"]),
        (("flatten", "relu"), ["relu:relu1", AUTO, "flatten:flatten1"]),
        (
            ("max_pool", "relu", "max_pool", "flatten"),
            ["relu:relu1", AUTO, "max_pool:max_pool1", "max_pool:max_pool2", "flatten:flatten1"],
        ),
        (
            ("max_pool", "requantise Int4", "relu", "flatten"),
            ["relu:relu1", "requantise:requantise1", "max_pool:max_pool1", "flatten:flatten1"],
        ),
        (
            ("relu", "requantise Fixed(4,4,WRAP)", "max_pool"),
            ["relu:relu1", "requantise:requantise1", "max_pool:max_pool1"],
        ),
    ],
)
def test_order(steps: tuple[str, ...], expected: list[str]) -> None:
    assert chain(*steps) == expected


@pytest.mark.parametrize("mode", ["WRAP", "SAT_ZERO"])
@pytest.mark.parametrize("steps", [("max_pool", "requantise"), ("requantise", "relu")])
def test_wrapping_stays_where_it_is(mode: str, steps: tuple[str, ...]) -> None:
    fmt = f"Fixed(4,4,{mode})"
    with pytest.raises(UserError) as caught:
        chain(*(f"{step} {fmt}" if step == "requantise" else step for step in steps))
    assert str(caught.value) == (
        f"layer conv: requantise1 to {fmt} does not keep the order of values; "
        "put it behind the relu and ahead of max_pool and flatten"
    )


def test_two_roundings() -> None:
    with pytest.raises(UserError) as caught:
        chain("requantise Int4", "relu", "requantise Int8")
    assert str(caught.value) == ("layer conv: requantise1 and requantise2 round its result twice; keep one requantise")


def test_the_requantiser_needs_its_name() -> None:
    model = Model("net")
    x = layer(model, model.relu(model.input("image", (4, 4, 1)), name="conv_requantise"))
    model.output(x)
    with pytest.raises(UserError) as caught:
        normalise(model.graph())
    assert str(caught.value) == "layer conv: the name 'conv_requantise' is kept for its requantiser; rename one"


def test_a_fork_ends_what_belongs_to_a_layer() -> None:
    model = Model("net")
    stem = model.relu(layer(model, model.input("image", (4, 4, 1)), "stem"))
    model.output(layer(model, stem, "left"))
    model.output(model.max_pool(stem, 2))
    lines = str(normalise(model.graph())).splitlines()
    assert lines[2:] == [
        "  stem[4x4x1] = conv2d(image, stem_weight, stem_bias)",
        "  relu1[4x4x1] = relu(stem)",
        "  stem_requantise[4x4x1] = requantise(relu1)",
        "  left[4x4x1] = conv2d(stem_requantise, left_weight, left_bias)",
        "  left_requantise[4x4x1] = requantise(left)",
        "  max_pool1[2x2x1] = max_pool(stem_requantise)",
        "  output left_requantise, max_pool1",
    ]


def test_an_output_ends_it_too() -> None:
    model = Model("net")
    stem = layer(model, model.input("image", (4, 4, 1)), "stem")
    model.output(stem)
    model.output(model.relu(stem))
    graph = normalise(model.graph())
    assert [node.name for node in graph.nodes] == ["stem", "stem_requantise", "relu1"]
    assert graph.outputs == ("stem_requantise", "relu1")

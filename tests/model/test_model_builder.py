"""The builder: shapes it infers, and the errors it gives, each naming the layer."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import pytest

from hlsgen.core.errors import UserError
from hlsgen.model import OPERATORS, Cost, Model, Tensor, node_cost
from hlsgen.numerics import E4M3, Block


def zeros(*shape: int) -> np.ndarray:
    return np.zeros(shape, np.float32)


def image_model(shape: tuple[int, ...] = (8, 6, 2)) -> tuple[Model, Tensor]:
    model = Model("net")
    return model, model.input("image", shape)


@pytest.mark.parametrize(
    ("kernel", "padding", "stride", "shape", "pads"),
    [
        ((3, 3), "same", 1, (8, 6, 5), (1, 1, 1, 1)),
        ((3, 3), "valid", 1, (6, 4, 5), (0, 0, 0, 0)),
        ((3, 3), "same", 2, (4, 3, 5), (0, 0, 1, 1)),  # the odd zero goes to the bottom and the right
        ((2, 4), "same", 1, (8, 6, 5), (0, 1, 1, 2)),
        ((1, 1), "same", 3, (3, 2, 5), (0, 0, 0, 0)),
        ((8, 6), "valid", 4, (1, 1, 5), (0, 0, 0, 0)),
    ],
)
def test_conv2d_shape(
    kernel: tuple[int, int], padding: str, stride: int, shape: tuple[int, ...], pads: tuple[int, ...]
) -> None:
    model, x = image_model()
    y = model.conv2d(x, zeros(5, 2, *kernel), zeros(5), padding=padding, stride=stride)
    model.output(y)
    graph = model.graph()
    assert (y.shape, graph.nodes[0].attributes) == (shape, {"stride": stride, "pads": pads})
    assert node_cost(graph, graph.nodes[0]) == Cost(
        shape[0] * shape[1] * 5 * 2 * kernel[0] * kernel[1], shape[0] * shape[1] * 5
    )


def test_shapes_names_and_costs_of_a_network() -> None:
    model, x = image_model((7, 8, 2))
    for _ in range(2):
        x = model.max_pool(model.relu(model.conv2d(x, zeros(2, 2, 1, 1), zeros(2))), 2)
    model.output(model.dense(model.flatten(x), zeros(3, 4), zeros(3), name="digit"))
    graph = model.graph()
    assert str(graph).splitlines() == [
        "graph net",
        "  input image[7x8x2]",
        "  conv2d1[7x8x2] = conv2d(image, conv2d1_weight, conv2d1_bias)",
        "  relu1[7x8x2] = relu(conv2d1)",
        "  max_pool1[3x4x2] = max_pool(relu1)",
        "  conv2d2[3x4x2] = conv2d(max_pool1, conv2d2_weight, conv2d2_bias)",
        "  relu2[3x4x2] = relu(conv2d2)",
        "  max_pool2[1x2x2] = max_pool(relu2)",
        "  flatten1[4] = flatten(max_pool2)",
        "  digit[3] = dense(flatten1, digit_weight, digit_bias)",
        "  output digit",
    ]
    costs = [node_cost(graph, node) for node in graph.nodes]
    assert costs[:3] == [Cost(224, 112), Cost(0, 112), Cost(0, 96)]
    assert costs[-2:] == [Cost(0, 4), Cost(12, 3)]
    assert graph.producer("relu2") == graph.nodes[4]
    assert graph.producer("image") is None
    assert graph.consumers("relu2") == (graph.nodes[5],)
    assert graph.flowing(graph.nodes[0]) == ("image",)
    assert graph.nodes[0].outputs == ("conv2d1",)
    assert graph.tensors["max_pool1"].size == 24


def with_nan() -> np.ndarray:
    weight = zeros(3, 2, 3, 3)
    weight[2, 1, 0, 1] = np.nan
    return weight


def _bad_name(name: str) -> Callable[[Model, Tensor], object]:
    return lambda model, x: model.relu(x, name=name)


MISTAKES: dict[str, tuple[Callable[[Model, Tensor], object], str]] = {
    "name with a shell": (
        _bad_name("a;rm -rf"),
        "model net: layer name 'a;rm -rf' is not an identifier; "
        "use a letter, then letters, digits or underscores, at most 64",
    ),
    "name with a digit first": (
        _bad_name("1x"),
        "model net: layer name '1x' is not an identifier; "
        "use a letter, then letters, digits or underscores, at most 64",
    ),
    "name that is reserved": (
        _bad_name("wire"),
        "model net: layer name 'wire' is reserved in C++ or Verilog; choose another name",
    ),
    "name twice": (_bad_name("image"), "model net: the name 'image' is taken; names must differ"),
    "name of a constant": (
        lambda m, x: m.conv2d(m.relu(x, name="c_bias"), zeros(3, 2, 1, 1), zeros(3), name="c"),
        "model net: the name 'c_bias' is taken; names must differ",
    ),
    "NaN weight": (
        lambda m, x: m.conv2d(x, with_nan(), zeros(3), name="conv1"),
        "layer conv1: weight is nan at index (2, 1, 0, 1); train it again or mend the file",
    ),
    "infinite bias": (
        lambda m, x: m.conv2d(x, zeros(1, 2, 3, 3), np.array([-np.inf]), name="conv1"),
        "layer conv1: bias is -inf at index (0,); train it again or mend the file",
    ),
    "huge bias": (
        lambda m, x: m.conv2d(x, zeros(1, 2, 3, 3), np.array([1e300]), name="conv1"),
        "layer conv1: bias is inf at index (0,); train it again or mend the file",
    ),
    "weight of words": (
        lambda m, x: m.conv2d(x, np.array(["a"]), zeros(3), name="conv1"),
        "layer conv1: weight is not an array of numbers",
    ),
    "conv2d weight": (
        lambda m, x: m.conv2d(x, zeros(3, 1, 3, 3), zeros(3), name="conv1"),
        "layer conv1: weight has the shape (3, 1, 3, 3), but the input (8, 6, 2) wants (out, 2, height, width)",
    ),
    "conv2d bias": (
        lambda m, x: m.conv2d(x, zeros(3, 2, 3, 3), zeros(2), name="conv1"),
        "layer conv1: bias has the shape (2,), but the weight wants (3,)",
    ),
    "conv2d of a vector": (
        lambda m, x: m.conv2d(m.flatten(x), zeros(3, 2, 3, 3), zeros(3)),
        "layer conv2d1: conv2d takes (height, width, channels), not (96,)",
    ),
    "conv2d kernel": (
        lambda m, x: m.conv2d(x, zeros(3, 2, 9, 1), zeros(3), padding="valid"),
        "layer conv2d1: the kernel (9, 1) is larger than the image (8, 6)",
    ),
    "conv2d padding": (
        lambda m, x: m.conv2d(x, zeros(3, 2, 3, 3), zeros(3), padding="full"),
        "layer conv2d1: padding is 'full'; use 'same' or 'valid'",
    ),
    "conv2d stride": (
        lambda m, x: m.conv2d(x, zeros(3, 2, 3, 3), zeros(3), stride=0),
        "layer conv2d1: stride is 0; use an integer of at least 1",
    ),
    "dense of an image": (
        lambda m, x: m.dense(x, zeros(3, 96), zeros(3), name="fc"),
        "layer fc: dense takes (features,), not (8, 6, 2): put a flatten before it",
    ),
    "dense weight": (
        lambda m, x: m.dense(m.flatten(x), zeros(96, 3), zeros(3), name="fc"),
        "layer fc: weight has the shape (96, 3), but the input (96,) wants (outputs, 96)",
    ),
    "dense bias": (
        lambda m, x: m.dense(m.flatten(x), zeros(3, 96), zeros(96), name="fc"),
        "layer fc: bias has the shape (96,), but the weight wants (3,)",
    ),
    "pool size": (
        lambda m, x: m.max_pool(x, 1.5),
        "layer max_pool1: size is 1.5; use an integer of at least 1",
    ),
    "pool window": (
        lambda m, x: m.max_pool(x, 7),
        "layer max_pool1: a window of 7 is larger than the image (8, 6)",
    ),
    "pool of a vector": (
        lambda m, x: m.max_pool(m.flatten(x), 2),
        "layer max_pool1: max_pool takes (height, width, channels), not (96,)",
    ),
    "block format": (
        lambda m, x: m.requantise(x, Block(E4M3, 32)),
        "layer requantise1: Block(e4m3,32) has a scale per block; use a format with one scale",
    ),
    "unknown operator": (
        lambda m, x: m.softmax(x),
        f"model: there is no operator 'softmax'; use one of {', '.join(OPERATORS)}",
    ),
    "unknown operator applied": (
        lambda m, x: m.apply("softmax", x),
        f"model: there is no operator 'softmax'; use one of {', '.join(OPERATORS)}",
    ),
    "tensor of another model": (
        lambda m, x: m.relu(Model("other").input("image", (8, 6, 2))),
        "layer relu1: Tensor(name='image', shape=(8, 6, 2), format=None) is not a tensor of this model; "
        "pass what input() or a layer returned",
    ),
    "no tensor": (
        lambda m, x: m.output("image"),
        "output: 'image' is not a tensor of this model; pass what input() or a layer returned",
    ),
    "input shape": (
        lambda m, x: m.input("more", (3, 0)),
        "input more: the shape (3, 0) is not a tuple of positive integers",
    ),
    "output twice": (
        lambda m, x: (m.output(x), m.output(x)),
        "output image: it is an output already; call output once per tensor",
    ),
    "no output": (lambda m, x: m.graph(), "model net: the model has no output; call model.output(...)"),
    "loose end": (
        lambda m, x: (m.output(x), m.relu(x), m.graph()),
        "tensor relu1: nothing reads it; pass it on or make it an output",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake(mistake: str) -> None:
    act, message = MISTAKES[mistake]
    model, x = image_model()
    with pytest.raises(UserError) as caught:
        act(model, x)
    assert str(caught.value) == message


def test_bad_model_name_and_missing_input() -> None:
    with pytest.raises(UserError, match="model name 'a b' is not an identifier"):
        Model("a b")
    with pytest.raises(UserError, match=r"model net: the model has no input; call model\.input"):
        Model("net").graph()


def test_an_unknown_attribute_is_an_attribute_error_too() -> None:
    model, _ = image_model()
    assert not hasattr(model, "softmax")
    assert copy.copy(model).name == "net"

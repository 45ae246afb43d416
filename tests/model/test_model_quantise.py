"""Quantisation: the formats that each tensor gets, the widths of accumulators, and its errors."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from hlsgen.core.errors import UserError
from hlsgen.golden import run
from hlsgen.model import Graph, Model, parse_policy, quantise_model
from hlsgen.numerics import Fixed


def two_layers(weight: np.ndarray, bias: np.ndarray, fmt: str = "") -> Model:
    model = Model("net")
    x = model.dense(model.input("x", (weight.shape[1],)), weight, bias, name="one")
    if fmt:
        x = model.requantise(x, fmt)
    model.output(model.dense(model.relu(x), np.eye(len(bias)), np.zeros(len(bias)), name="two"))
    return model


def quantised(policy: str, weight: object, bias: object, calibration: object, fmt: str = "") -> Graph:
    model = two_layers(np.array(weight, float), np.array(bias, float), fmt)
    return quantise_model(model, parse_policy(policy), np.array(calibration, float))


def test_formats_are_fitted() -> None:
    graph = quantised("Int8", [[0.5, -3.9]], [0.25], [[1.0, 0.0], [0.0, 1.0]])
    formats = {name: str(tensor.format) for name, tensor in graph.tensors.items()}
    assert formats == {
        "x": "Fixed(8,2)",  # 1.0 does not fit 127 steps of 2**-7
        "one_weight": "Fixed(8,3)",  # 2**-5: -3.9 does not fit -128 steps of 2**-6
        "one_bias": "Fixed(11,0)",  # 0.25 = 512 units of 2**-11
        "one": "Fixed(16,5)",
        "relu1": "Fixed(16,5)",
        "one_requantise": "Fixed(8,1)",  # 0.75 at most
        "two_weight": "Fixed(8,2)",
        "two_bias": "Fixed(1,-12)",
        "two": "Fixed(14,1)",
        "two_requantise": "Fixed(8,1)",
    }
    assert graph.constants["one_weight"].tolist() == [[16, -125]]
    assert graph.constants["one_bias"].tolist() == [512]
    assert graph.outputs == ("two_requantise",)


def test_fixed_is_literal() -> None:
    graph = quantised("Fixed(16,6)", [[0.5, -3.9]], [0.25], [[1000.0, 0.0]])
    for name in ("x", "one_weight", "one_requantise", "two_weight", "two_requantise"):
        assert graph.tensors[name].format == Fixed(16, 6)
    assert graph.tensors["one"].format.lsb_exponent == -20


def test_a_format_by_hand_wins() -> None:
    graph = quantised("Int8", [[1.0]], [0.0], [[1.0]], fmt="Fixed(5,2,TRN)")
    assert str(graph.tensors["requantise1"].format) == "Fixed(5,2,TRN)"
    assert [node.op for node in graph.nodes] == ["dense", "relu", "requantise", "dense", "requantise"]
    assert all("format" not in node.attributes for node in graph.nodes)


@pytest.mark.parametrize("policy", ["Int3/Int2", "e2m1", "Fixed(3,1)"])
def test_accumulators_hold_every_input_and_are_as_narrow_as_can_be(policy: str) -> None:
    rng = np.random.default_rng(5)
    for bias in (0.0, 0.7, -40.0):
        graph = quantised(policy, rng.normal(size=(2, 3)), [bias, 0.1], rng.normal(size=(20, 3)))
        bits = graph.tensors["x"].format.width_bits
        low = -(1 << (bits - 1)) if isinstance(graph.tensors["x"].format, Fixed) else 0
        inputs = np.array(list(product(range(low, low + (1 << bits)), repeat=3)))
        sums = run(graph, inputs, keep=True).tensors["one"]
        without_bias = sums - graph.constants["one_bias"]
        low, high = min(sums.min(), without_bias.min()), max(sums.max(), without_bias.max())
        fmt = graph.tensors["one"].format
        assert fmt.min_code <= low and high <= fmt.max_code
        assert low < fmt.min_code // 2 or high > fmt.max_code // 2


def test_accumulator_beyond_64_bits_is_exact() -> None:
    graph = quantised("Fixed(32,2)", [[1.9] * 8] * 2, [0.0, 1.0], [[1.0] * 8])
    assert graph.tensors["one"].format.width > 64
    code = 2**31 - 1
    kept = run(graph, np.full((1, 8), code), keep=True).tensors
    weight = int(graph.constants["one_weight"][0, 0])
    assert kept["one"].tolist() == [[8 * code * weight, 8 * code * weight + 2**60]]
    assert kept["one_requantise"].tolist() == [[code, code]]


def test_formats_that_do_not_go_together() -> None:
    with pytest.raises(UserError) as caught:
        quantised("Fixed(32,2)", [[1.0]], [5.0], [[1.0]])
    assert str(caught.value) == (
        "layer one: the bias 5 needs more than 63 bits in the unit of the products, 2**-60; choose narrower formats"
    )
    with pytest.raises(UserError) as caught:
        quantised("bf16*2^0", [[1.0]], [0.0], [[1.0]])
    assert str(caught.value) == (
        "layer one: bf16 times bf16 needs an accumulator of 395 bits, above 128; choose narrower formats"
    )


def test_calibration_of_the_wrong_shape() -> None:
    with pytest.raises(UserError) as caught:
        quantised("Int8", [[1.0]], [0.0], [[1.0, 2.0]])
    assert str(caught.value) == "input x: the data has the shape (1, 2), not (samples, 1)"


def test_two_inputs() -> None:
    model = Model("net")
    for name in ("a", "b"):
        model.output(model.relu(model.input(name, (1,))))
    with pytest.raises(UserError) as caught:
        quantise_model(model, parse_policy("Int8"), np.zeros((1, 1)))
    assert str(caught.value) == "net: one array for the inputs a, b; give a dict"

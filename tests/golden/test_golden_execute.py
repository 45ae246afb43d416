"""Golden: what it keeps, what it refuses, its watch over widths, and the accuracy of the digit networks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hlsgen.core.errors import InternalError, UserError
from hlsgen.golden import accuracy, code_inputs, float_reference, run
from hlsgen.model import Graph, Model, load_design, parse_policy, quantise_model
from hlsgen.numerics import E4M3, Fixed, Int

DESIGNS = Path(__file__).parents[2] / "designs"


def small(policy: str) -> Graph:
    model = Model("net")
    x = model.dense(model.input("x", (2,)), np.array([[1.0, -0.5]]), np.array([0.25]), name="fc")
    model.output(model.relu(x))
    return quantise_model(model, parse_policy(policy), np.array([[1.0, -1.0]]))


def test_keep_returns_every_tensor() -> None:
    graph = small("Int8")
    codes = np.array([[64, 0], [0, 64], [-128, 127]])
    assert run(graph, codes).tensors == {}
    kept = run(graph, codes, keep=True)
    assert {name: values.tolist() for name, values in kept.tensors.items()} == {
        "x": [[64, 0], [0, 64], [-128, 127]],
        "fc": [[1024 + 4096], [1024 - 2048], [1024 - 128 * 64 - 127 * 32]],  # units of 2**-12
        "relu1": [[5120], [0], [0]],
        "fc_requantise": [[80], [0], [0]],  # units of 2**-6
    }
    assert kept.outputs.keys() == {"fc_requantise"}
    assert kept.output is kept.tensors["fc_requantise"]


@pytest.mark.parametrize(
    ("policy", "codes", "message"),
    [
        ("Int8", [[128, 0]], "input x: codes from 0 to 128 in Fixed(8,2); keep to -128..127"),
        ("e4m3", [[0x7F, 0]], "input x: code 0x7f at index 0 is not a finite e4m3*2^-8; store finite values"),
        ("Int8", [[1, 2, 3]], "input x: the data has the shape (1, 3), not (samples, 2)"),
        ("Int8", [1, 2], "input x: the data has the shape (2,), not (samples, 2)"),
    ],
)
def test_bad_codes(policy: str, codes: list[list[int]], message: str) -> None:
    with pytest.raises(UserError) as caught:
        run(small(policy), np.array(codes))
    assert str(caught.value) == message


def test_nan_input() -> None:
    with pytest.raises(UserError) as caught:
        code_inputs(small("Int8"), np.array([[0.0, np.nan]]))
    assert str(caught.value).startswith("x: nan at index (0, 1)")


@pytest.mark.parametrize("tensor", ["fc", "relu1", "x"])
def test_an_accumulator_that_is_too_narrow(tensor: str) -> None:
    graph = small("Int8")
    fmt = graph.tensors[tensor].format
    narrow = replace(graph.tensors[tensor], format=replace(fmt, width=fmt.width - 1, integer=fmt.integer - 1))
    broken = replace(graph, tensors={**graph.tensors, tensor: narrow})
    codes = np.array([[127, -128]])
    if tensor == "x":
        with pytest.raises(UserError, match="codes from -128 to 127"):
            run(broken, codes)
        return
    with pytest.raises(InternalError, match=rf"graph net: tensor {tensor}\[1\]: .* holds codes 13248\.\.13248"):
        run(broken, codes)


def test_max_pool_puts_minus_zero_below_zero() -> None:
    model = Model("net")
    model.output(model.max_pool(model.input("x", (2, 2, 1)), 2))
    graph = quantise_model(model, parse_policy("e4m3"), np.ones((1, 2, 2, 1)))
    windows = [[0x80, 0x80, 0x80, 0x80], [0x80, 0, 0x80, 0x80], [0x80, 0x81, 0xFE, 0x90], [0x01, 0x7E, 0xFE, 0]]
    codes = np.array(windows, dtype=np.uint8).reshape(4, 2, 2, 1)
    assert run(graph, codes).output.reshape(-1).tolist() == [0x80, 0, 0x80, 0x7E]


def test_relu_of_minifloat_codes() -> None:
    model = Model("net")
    model.output(model.relu(model.input("x", (4,))))
    graph = quantise_model(model, parse_policy("e4m3"), np.ones((1, 4)))
    assert run(graph, np.array([[0x80, 0x81, 0x7E, 0]], dtype=np.uint8)).output.tolist() == [[0, 0, 0x7E, 0]]


def test_accuracy() -> None:
    codes = np.array([[1, 3, 3], [-1, -5, -2], [0, 0, 0], [1, 2, 3]])
    labels = np.array([1, 0, 1, 2])
    assert accuracy(codes, labels, Int(8)) == 0.75
    assert accuracy(codes / 2, labels) == 0.75
    negative_first = np.array([[0x81, 0x01]], dtype=np.uint8)  # as bit patterns the negative one would win
    assert accuracy(negative_first, np.array([1]), E4M3) == 1
    with pytest.raises(UserError) as caught:
        accuracy(codes, labels[:2])
    assert str(caught.value) == "accuracy: outputs of shape (4, 3) for labels of shape (2,)"


@pytest.mark.parametrize(("name", "least"), [("digits_mlp", 0.98), ("digits_cnn", 0.99)])
def test_accuracy_of_the_digit_networks(name: str, least: float) -> None:
    design = load_design(DESIGNS / name)
    in_floats = accuracy(float_reference(design.model, design.test_inputs), design.test_labels)
    assert in_floats >= least
    for policy, loss in (
        ("Int8", 0.01),
        ("Fixed(16,6)", 0.01),
        ("Int4/Int8", 0.02),
        ("e4m3", 0.01),
        ("e2m1/e4m3", 0.02),
    ):
        graph = quantise_model(design.model, parse_policy(policy), design.calibration)
        output = run(graph, code_inputs(graph, design.test_inputs)).output
        fmt = graph.tensors[graph.outputs[0]].format
        assert accuracy(output, design.test_labels, fmt) >= in_floats - loss, policy
        assert not isinstance(fmt, Fixed) or fmt.signed

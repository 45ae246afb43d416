"""Weights that the driver loads, on real pynq and simulated RTL: equal to golden with those weights."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from pynq_designs import DENSE, project

from hlsgen.golden import code_inputs
from hlsgen.golden import run as run_golden
from hlsgen.model import Graph, random_parameters, with_parameters

pytestmark = pytest.mark.filterwarnings("ignore:Interrupt interrupt not created")


@pytest.fixture(scope="module")
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("loaded") / "tiny", DENSE, "pynq_z2", weights="loaded")


@pytest.fixture(scope="module")
def graph(overlay: Path) -> Graph:
    return Graph.load(overlay.parent.parent / "build" / "quantise")


def golden(driver: ModuleType, graph: Graph, inputs: np.ndarray) -> np.ndarray:
    codes = run_golden(graph, code_inputs(graph, inputs)).output
    return driver.decode(codes, driver.DATA["tensors"][driver.DATA["outputs"][0]])


def test_predict_equals_golden_with_the_weights_that_are_there(
    overlay: Path, driver: ModuleType, accelerator: Any, graph: Graph
) -> None:
    inputs = np.load(overlay / "samples.npz")["input_image"][:6]
    own = {name: graph.constants[name] for name in accelerator.weights()}
    other = random_parameters(graph, np.random.default_rng(5))
    assert np.array_equal(accelerator.predict(inputs), golden(driver, graph, inputs))
    for weights in (other, own, other):
        accelerator.load_weights(weights)
        for few in (inputs[:1], inputs):
            assert np.array_equal(accelerator.predict(few), golden(driver, with_parameters(graph, weights), few))
    reals = {name: np.linspace(-2, 2, codes.size).reshape(codes.shape) for name, codes in own.items()}
    encoded = {name: driver.encode(reals[name], known["number"]) for name, known in accelerator.weights().items()}
    accelerator.load_weights(encoded)
    assert np.array_equal(accelerator.predict(inputs), golden(driver, with_parameters(graph, encoded), inputs))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: {name: w[name] for name in list(w)[1:]}, "missing: one_weight, unknown: -"),
        (lambda w: {**w, "three": w["two_bias"]}, "missing: -, unknown: three"),
        (lambda w: {**w, "two_bias": w["two_bias"][:3]}, r"two_bias: shape \(3,\); needed \(5\)"),
        (lambda w: {**w, "one_weight": w["one_weight"] * 1.0}, "one_weight: codes are integers, not float64"),
        (lambda w: {**w, "one_weight": np.full((6, 16), 128)}, r"128 at index \(0, 0\) is no code of Fixed\(8,"),
    ],
)
def test_weights_that_do_not_fit(accelerator: Any, graph: Graph, change: Any, says: str) -> None:
    own = {name: graph.constants[name] for name in accelerator.weights()}
    with pytest.raises(ValueError, match=says):
        accelerator.load_weights(change(own))


def test_no_weights_while_a_call_is_under_way(accelerator: Any, graph: Graph) -> None:
    own = {name: graph.constants[name] for name in accelerator.weights()}
    accelerator.start({"image": np.zeros((2, 16), int)})
    with pytest.raises(RuntimeError, match="a call is under way"):
        accelerator.load_weights(own)
    accelerator.wait()
    accelerator.load_weights(own)

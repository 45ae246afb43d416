"""The designs of attention on real text: their tensors, and the numbers that their README.md gives."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from hlsgen.golden import code_inputs, float_reference, relative_error, run
from hlsgen.model import load_arrays, load_design, parse_policy, quantise_model

DESIGNS = Path(__file__).parents[2] / "designs"
SHAPES = {"minilm_window": (2, 512, 32), "longformer_head": (1, 256, 64)}


def table(name: str, line: str) -> list[list[float]]:
    """The columns of a line of the README, each a number per head."""
    text = (DESIGNS / name / "README.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^\| {re.escape(line)} \| (.*) \|$", text, re.MULTILINE)
    return [[float(number) for number in column.split(" and ")] for column in found.split(" | ")]


def keys_of(name: str, query: int, pinned: bool) -> list[int]:
    """What a query may see, as the README says it."""
    if name == "minilm_window":
        window, tokens = range(query - 32, query + 32), 512
    else:
        window, tokens = range(query - 16, query + 16), 256
    return sorted({*(key for key in window if 0 <= key < tokens), *([0] if pinned else [])})


def attend(q: np.ndarray, k: np.ndarray, v: np.ndarray, keys: list[int]) -> tuple[np.ndarray, float]:
    """One query of one head: the mean of the values of `keys`, and their share of attention to all."""
    weights = np.exp(k @ q / np.sqrt(len(q)))
    return weights[keys] @ v[keys] / weights[keys].sum(), weights[keys].sum() / weights.sum()


def measure(name: str, text: str, pinned: bool) -> tuple[np.ndarray, list[float], list[float]]:
    """The masked outputs, and by head the share of attention on the mask and the error against dense attention."""
    arrays = load_arrays("qkv.npz", beside=str(DESIGNS / name / "design.py"))[text].astype(np.float64)[:, 0]
    outputs, shares, errors = [], [], []
    for q, k, v in arrays.swapaxes(0, 1):
        every = list(range(len(q)))
        masked = [attend(row, k, v, keys_of(name, query, pinned)) for query, row in enumerate(q)]
        dense = np.array([attend(row, k, v, every)[0] for row in q])
        outputs.append([output for output, _ in masked])
        shares.append(float(np.mean([share for _, share in masked])))
        errors.append(float(np.linalg.norm(outputs[-1] - dense) / np.linalg.norm(dense)))
    return np.array(outputs), shares, errors


@pytest.mark.parametrize("name", SHAPES)
def test_tensors(name: str) -> None:
    design = load_design(DESIGNS / name)
    assert (DESIGNS / name / "qkv.npz").stat().st_size < 400_000
    assert design.name == name and design.test_labels is None
    assert design.samples == (2 if name == "minilm_window" else 1)
    for role in "qkv":
        calibration, test = design.calibration[role], design.test_inputs[role]
        assert calibration.shape == test[:1].shape == (1, *SHAPES[name])
        assert np.array_equal(test[-1], test[0, ::-1])  # with one head, the same
        assert 0.1 < test.std() < 5 and not np.array_equal(calibration, test)
        assert len(np.unique(test[0, 0], axis=0)) > 0.9 * SHAPES[name][1]  # text, not padding


@pytest.mark.parametrize("name", SHAPES)
def test_the_design_is_its_mask(name: str) -> None:
    design = load_design(DESIGNS / name)
    outputs, _, _ = measure(name, "test", name == "longformer_head")
    np.testing.assert_allclose(float_reference(design.model, design.test_inputs)[0], outputs, rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "text", "pinned", "line"),
    [
        ("minilm_window", "calibration", False, "import, 512 tokens"),
        ("minilm_window", "test", False, "typesseq, 512 tokens"),
        ("minilm_window", "test", True, "typesseq, 512 tokens, and [CLS]"),
        ("longformer_head", "calibration", True, "import, side by side"),
        ("longformer_head", "test", True, "typesseq, side by side"),
        ("longformer_head", "calibration", False, "import, side by side, window alone"),
        ("longformer_head", "test", False, "typesseq, side by side, window alone"),
    ],
)
def test_what_the_mask_costs(name: str, text: str, pinned: bool, line: str) -> None:
    _, shares, errors = measure(name, text, pinned)
    told = table(name, line)
    np.testing.assert_allclose(shares, told[0], rtol=0, atol=0.001)  # of float16 tensors; the README's are float32
    np.testing.assert_allclose(errors, told[1], rtol=0, atol=0.001)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("longformer_head", text) for text in ("Int8", "Fixed(16,6)", "e4m3", "e5m2", "fp16")),
        ("minilm_window", "Int8"),
    ],
)
def test_what_the_formats_cost(name: str, text: str) -> None:
    design = load_design(DESIGNS / name)
    graph = quantise_model(design.model, parse_policy(text), design.calibration)
    codes = run(graph, code_inputs(graph, design.test_inputs)).outputs["attention"]
    reference = float_reference(design.model, design.test_inputs)
    error = relative_error(codes, graph.tensors["attention"].format, reference)
    assert error == pytest.approx(table(name, text)[0][0], rel=0.03)

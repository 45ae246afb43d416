"""Loading a design.py: what it gives, and one clear error for whatever is wrong in it."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from hlsgen.core.errors import UserError
from hlsgen.model import load_arrays, load_design

DESIGNS = Path(__file__).parents[2] / "designs"

GOOD = """
import numpy as np
from hlsgen.model import Model, load_arrays

model = Model("tiny")
x = model.input("x", (2,))
x = model.dense(x, np.eye(2), np.zeros(2), name="fc")
model.output(x)
model.calibration = np.ones((3, 2))
model.test = np.zeros((4, 2)), np.array([0, 1, 1, 0])
"""


def write(folder: Path, text: str) -> Path:
    (folder / "design.py").write_text(dedent(text), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["digits_mlp", "digits_cnn"])
def test_the_digit_designs(name: str) -> None:
    design = load_design(DESIGNS / name)
    assert (design.name, design.folder) == (name, DESIGNS / name)
    assert design.samples == len(design.test_labels) == 360
    assert len(design.calibration["image"]) == 200
    assert set(np.unique(design.test_inputs["image"] * 16)) == set(range(17))
    assert np.bincount(design.test_labels).min() >= 25


def test_a_file_or_its_folder(tmp_path: Path) -> None:
    for path in (write(tmp_path, GOOD), tmp_path / "design.py", str(tmp_path)):
        design = load_design(path)
        assert (design.name, design.folder) == ("tiny", tmp_path.resolve())
        assert design.test_labels.tolist() == [0, 1, 1, 0]


def test_no_design(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "design.py"):
        with pytest.raises(UserError) as caught:
            load_design(path)
        assert str(caught.value) == f"{tmp_path}/design.py: no such design; name a folder that holds design.py"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("model =", "net = model =", ""),  # still good
        (GOOD, "x = 1\n", r'^FILE: defines no `model`; write model = Model\("name"\) and its layers$'),
        (GOOD, "model = 3\n", r"^FILE: defines no `model`"),
        (GOOD, "def f(:\n", r"^FILE:1: not Python: "),
        (GOOD, "x = 'a\0b'\n", r"^FILE(:1)?: .*null bytes"),
        ('Model("tiny")', 'Model("tiny") / 0', r"^FILE:5: TypeError: unsupported operand"),
        ('Model("tiny")', 'Model("1x")', r"^FILE:5: model name '1x' is not an identifier; use a letter"),
        ("np.eye(2)", "np.eye(3)", r"^FILE:7: layer fc: weight has the shape \(3, 3\), but the input"),
        ("np.eye(2)", "np.eye(2) * np.nan", r"^FILE:7: layer fc: weight is nan at index \(0, 0\); train it again"),
        ("np.eye(2)", "load_arrays('w.npz', beside=__file__)", r"^FILE:7: \S+/w\.npz: no such file; run the design's"),
        ("model.dense(x", "model.softmax(x", r"^FILE:7: model: there is no operator 'softmax'; use one of conv2d"),
        ("model.output(x)", "raise SystemExit(3)", r"^FILE:8: SystemExit: 3$"),
        ("model.output(x)", "", r"^FILE: model tiny: the model has no output; call model\.output"),
        ("model.calibration", "calibration", r"^FILE: model\.calibration is not set; give it inputs$"),
        ("model.test", "test", r"^FILE: model\.test is not set; give it inputs and labels$"),
        ("np.zeros((4, 2)), np", "np", r"^FILE: model\.test is not a pair; write model\.test = inputs, labels$"),
        (
            "np.ones((3, 2))",
            "np.ones(2)",
            r"^FILE: model\.calibration: the data has the shape \(2,\), not \(samples, 2\)$",
        ),
        ("np.ones((3, 2))", "np.ones((0, 2))", r"^FILE: model\.calibration: the data has the shape \(0, 2\)"),
        ("np.ones((3, 2))", "[[1, 'a']]", r"^FILE: model\.calibration: not an array of numbers: could not convert"),
        ("np.zeros((4, 2))", "np.full((4, 2), np.inf)", r"^FILE: model\.test: inf at index \(0, 0\); mend the data$"),
        ("[0, 1, 1, 0]", "[0, 1, 1]", r"^FILE: model\.test: labels are int64 \(3,\); give an integer per input$"),
        ("[0, 1, 1, 0]", "[0, 1, 1, .5]", r"^FILE: model\.test: labels are float64 \(4,\); give an integer per input$"),
    ],
)
def test_mistakes(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    write(tmp_path, GOOD.replace(old, new))
    if not message:
        load_design(tmp_path)
        return
    with pytest.raises(UserError, match=message.replace("FILE", re.escape(f"{tmp_path}/design.py"))):
        load_design(tmp_path)


def test_an_interrupt_passes(tmp_path: Path) -> None:
    write(tmp_path, "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        load_design(tmp_path)


def test_load_arrays(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.arange(3))
    arrays = load_arrays("a.npz", beside=str(tmp_path / "design.py"))
    assert {name: array.tolist() for name, array in arrays.items()} == {"x": [0, 1, 2]}
    (tmp_path / "b.npz").write_text("text")
    with pytest.raises(UserError, match=r"b\.npz: not an \.npz file of arrays: .*; run the design's train\.py"):
        load_arrays("b.npz", beside=str(tmp_path / "design.py"))

"""What the commands' tests share: a network of two layers, and what a build makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlsgen.cli import main

DESIGN = """
import numpy as np
from hlsgen.model import Model

random = np.random.default_rng(7)
model = Model("tiny")
x = model.input("x", (4,))
x = model.relu(model.dense(x, random.normal(size=(6, 4)), random.normal(size=6), name="first"))
model.output(model.dense(x, random.normal(size=(3, 6)), random.normal(size=3), name="second"))
inputs = random.normal(size=(40, 4))
model.calibration = inputs
model.test = inputs, np.arange(40) % 3
"""


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the design."""
    folder = tmp_path_factory.mktemp("tiny") / "tiny"
    folder.mkdir()
    (folder / "design.py").write_text(DESIGN)
    return folder


@pytest.fixture(scope="session")
def tiny_build(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of `build` with 6 multipliers: to be copied, not changed."""
    out = tmp_path_factory.mktemp("built") / "out"
    assert main(["build", str(tiny), "--out", str(out), "--multipliers", "6"]) == 0
    return out

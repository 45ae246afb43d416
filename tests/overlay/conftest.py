"""Tests with the real pynq, in an environment that has it: the extra `pynq`."""

from __future__ import annotations

import importlib.util
import os
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

collect_ignore_glob = ["test_*.py"]
if importlib.util.find_spec("pynq"):
    collect_ignore_glob = []
    os.environ["HLSGEN_DEVICE"] = "rtl"  # before pynq looks for devices
    with warnings.catch_warnings(action="ignore"):  # pynq regrets that this is no board
        import pynq
        import pynq.lib  # noqa: F401


@pytest.fixture(scope="module")
def driver(overlay: Path) -> ModuleType:
    """The driver beside the project's other files. overlay: of the module that asks, whose design is called `tiny`."""
    from pynq_designs import imported

    return imported(overlay / "tiny.py")


@pytest.fixture(scope="module")
def samples(overlay: Path) -> dict[str, np.ndarray]:
    return dict(np.load(overlay / "samples.npz"))


@pytest.fixture
def accelerator(driver: ModuleType) -> Any:
    return driver.load()

"""Tests with the real pynq, in an environment that has it: the extra `pynq`."""

from __future__ import annotations

import importlib.util
import os
import warnings

collect_ignore_glob = ["test_*.py"]
if importlib.util.find_spec("pynq"):
    collect_ignore_glob = []
    os.environ["HLSGEN_DEVICE"] = "rtl"  # before pynq looks for devices
    with warnings.catch_warnings(action="ignore"):  # pynq regrets that this is no board
        import pynq
        import pynq.lib  # noqa: F401

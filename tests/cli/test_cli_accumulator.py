"""The accumulator has exactly the bits it needs: the worst case passes through the RTL, and one bit less is found.

Four products (-128) * (-128) sum to 2^16: the only case that needs the last of 18 bits.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hlsgen.cli import main

DESIGN = """
import numpy as np
from hlsgen.model import Model

model = Model("worst")
x = model.input("x", (4,))
model.output(model.dense(x, np.full((2, 4), -128.0), np.zeros(2), name="only"))
model.calibration = np.array([[-128.0] * 4, [127.0] * 4, [-128.0, 127.0] * 2])
model.test = model.calibration, np.zeros(3, int)
"""


def test_the_worst_case_needs_the_last_bit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "worst").mkdir()
    (tmp_path / "worst" / "design.py").write_text(DESIGN)
    out = tmp_path / "out"
    options = [str(tmp_path / "worst"), "--format", "Fixed(8,8)", "--multipliers", "2", "--out", str(out)]
    assert main(["csim", *options]) == 0
    assert main(["cosim", *options]) == 0
    source = out / "hls_cpp" / "src" / "worst.cpp"
    narrower, count = re.subn(r"ap_int<18> sum\[PE\]", "ap_int<17> sum[PE]", source.read_text())
    narrower, uses = re.subn(r": sum\[pe\]", ": ap_int<18>(sum[pe])", narrower)
    assert (count, uses) == (1, 1)
    source.write_text(narrower)
    capsys.readouterr()
    for command in ("csim", "cosim"):
        assert main([command, *options]) == 1
        printed = capsys.readouterr()
        assert "sample 0" in printed.out + printed.err

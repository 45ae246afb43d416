"""What the host of a serial project needs: the dividers of the PLL; what does not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hlsgen.cli import main, project
from hlsgen.core.boards import load_board
from hlsgen.core.errors import UserError
from hlsgen.deploy import Design, make_project
from hlsgen.deploy.pll import OSCILLATOR_MHZ, PHASE_DETECTOR_MIN_MHZ, find_pll
from hlsgen.synth import nextpnr


@given(st.floats(10.0, 400.0))
@settings(max_examples=100, deadline=None)
def test_the_pll_is_possible_and_never_too_fast(wanted_mhz: float) -> None:
    pll = find_pll(25.0, wanted_mhz)
    assert pll.output_mhz == pytest.approx(25.0 * pll.feedback_divider / pll.input_divider)
    assert pll.vco_mhz == pytest.approx(pll.output_mhz * pll.output_divider)
    assert OSCILLATOR_MHZ[0] <= pll.vco_mhz <= OSCILLATOR_MHZ[1]
    assert 25.0 / pll.input_divider >= PHASE_DETECTOR_MIN_MHZ
    assert 0.85 * wanted_mhz <= pll.output_mhz <= wanted_mhz * (1 + 1e-6)


def test_clocks_that_there_are_exactly() -> None:
    assert [find_pll(25.0, mhz).output_mhz for mhz in (25, 50, 62.5, 80, 100)] == pytest.approx([25, 50, 62.5, 80, 100])


@pytest.mark.parametrize("mhz", [9.9, 401.0])
def test_clocks_that_no_pll_makes(mhz: float) -> None:
    with pytest.raises(UserError, match="the PLL makes no other"):
        find_pll(25.0, mhz)


def test_a_design_that_does_not_fit_says_what_and_by_how_much(tmp_path: Path) -> None:
    resources = {"lut": 30000, "ff": 10, "dsp": 101, "bram36": 0.5, "uram": 0}
    design = Design(tmp_path, load_board("ulx3s_25f"), 20.0, resources=resources)
    short = r"LUT 30,000 of 24,288 \(5,712 too many\), DSP 101 of 28 \(73 too many\); lower --multipliers"
    with pytest.raises(UserError, match=f"board ulx3s_25f: does not fit: {short}"):
        make_project(design, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("board", "arguments", "budget"),
    [("ulx3s", [], 16), ("ulx3s_12f", [], 16), ("ulx3s", ["--multipliers", "99"], 99), ("kv260", [], None)],
)
def test_a_serial_line_needs_few_multipliers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, board: str, arguments: list[str], budget: int | None
) -> None:
    asked = []

    def planned(stages: object, out: Path, settings: dict[str, Any], *rest: object, **more: object) -> None:
        asked.append(settings["multipliers"])
        raise UserError("enough")

    monkeypatch.setattr(project, "run_stages", planned)
    monkeypatch.setattr(project, "check_flow", lambda *asked: None)
    design = Path(__file__).parents[2] / "designs/digits_mlp"
    command = ["project", str(design), "--board", board, "--build", str(tmp_path / "b"), *arguments]
    assert main(command) == 2 and asked == [budget]


def test_what_a_flow_lacks_is_told_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(nextpnr, "PACKAGE", "no_such_package")
    monkeypatch.chdir(tmp_path)
    assert main(["project", str(tmp_path), "--board", "ulx3s"]) == 2
    assert "pip install 'hlsgen[ecp5]'" in capsys.readouterr().err
    monkeypatch.setattr(nextpnr, "PACKAGE", "sys")  # any that there is
    assert main(["project", str(tmp_path), "--board", "ulx3s", "--counters"]) == 2
    assert "board ulx3s: a serial line reads no counters; leave --counters out" in capsys.readouterr().err
    assert not any(tmp_path.iterdir())

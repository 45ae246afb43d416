"""What a user sees while stages run: bars on a terminal, lines elsewhere."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from hlsgen.cli.display import Bars, Display, Lines, display_for
from hlsgen.flow.stage import Outcome

OUTCOMES = [
    Outcome("plan", True, 1.0, {}),
    Outcome("csim", False, 2.5, {"passed": False}),
    Outcome("hls", False, 3.25, {}),
]


def show(display: Display) -> None:
    with display:
        display.started("hls")
        display.progressed("hls", 1, 3, "conv1 [1/3]")
        display.progressed("hls", 2, 0, "")
        display.warned("rtl has changed")
        for outcome in OUTCOMES:
            display.ended(outcome)


def test_lines(capsys: pytest.CaptureFixture[str]) -> None:
    show(display_for(["plan", "csim", "hls", "synth"]))
    assert capsys.readouterr().err.splitlines() == [
        "hlsgen: warning: rtl has changed",
        "plan              unchanged",
        "csim       2.5 s  FAILED",
        "hls        3.2 s  done",
    ]


def test_bars() -> None:
    screen = io.StringIO()
    show(Bars(["plan", "csim", "hls", "synth"], Console(file=screen, force_terminal=True, width=100)))
    text = screen.getvalue()
    for shown in ("✓", "unchanged", "FAILED", "done", "synth", "rtl has changed"):
        assert shown in text


def test_bars_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(display_for(["plan"]), Lines)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert isinstance(display_for(["plan"]), Bars)

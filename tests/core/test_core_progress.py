"""Progress reaches the listener, and only inside its block."""

from __future__ import annotations

from hlsgen.core.progress import listening, report


def test_reports_reach_the_listener() -> None:
    heard: list[tuple[int, int, str]] = []
    report(1, 2, "before")
    with listening(lambda *step: heard.append(step)):
        report(1, 2, "inside")
        report(2)
    report(2, 2, "after")
    assert heard == [(1, 2, "inside"), (2, 0, "")]

"""The page of attention measurements: its tables, and the line through the cycles."""

from __future__ import annotations

import pytest

from hlsgen.report.attention import Section, fit_line, render_attention, render_section, sections_of


def test_a_section_is_a_table_with_a_text() -> None:
    section = Section(
        "Speed", "How fast.", ("tokens", "cycles", "share", "exact"), ((1024, 16714, 0.25, True),), ("Fast.",)
    )
    text = render_section(section, command="hlsgen attention", version="1", date="2026-01-02")
    assert text == (
        "## Speed\n\n`hlsgen attention`, hlsgen 1, 2026-01-02.\n\nHow fast.\n\n"
        "| tokens | cycles | share | exact |\n|---|---|---|---|\n| 1,024 | 16,714 | 0.250 | True |\n\nFast.\n"
    )


def test_sections_take_the_place_of_old_ones() -> None:
    page = render_attention({"A": "## A\n\nbefore\n", "B": "## B\n\nkept\n"})
    assert page.startswith("# Window attention, measured\n\n")
    assert sections_of(page) == {"A": "## A\n\nbefore\n", "B": "## B\n\nkept\n"}
    again = render_attention({**sections_of(page), "A": "## A\n\nnew\n"})
    assert again == page.replace("before", "new")


def test_a_line_through_points_on_it_and_beside_it() -> None:
    exact = fit_line([1, 2, 4], [10, 12, 16])
    assert (exact.slope, exact.offset, exact.r2) == (pytest.approx(2), pytest.approx(8), pytest.approx(1))
    assert fit_line([1, 2, 3, 4], [1, 2, 3, 5]).r2 == pytest.approx(1 - 0.3 / 8.75)

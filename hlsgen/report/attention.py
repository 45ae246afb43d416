"""The page of window-attention measurements, Markdown: tables of what the RTL did beside what the plan said.

In: rows of plain values by section. A measurement and a model are never in one table without saying which is which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a paragraph above the table, the table, sentences below it."""

    title: str
    text: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    below: tuple[str, ...] = ()


_HEAD = """\
# Window attention, measured

`hlsgen attention --out docs/swat.md` makes this page; with `--section` it makes some of its sections anew.

Cycles are those of the RTL in Verilator; exact: every beat of a lone sample, of samples at full rate and of
samples under random stalls is that of golden. Predicted: the plan with the depths and intervals that the
loops were given. LUT, DSP and BRAM are Yosys' estimates.
"""


def render_section(section: Section, *, command: str, version: str, date: str) -> str:
    """Its part of the page. command: what makes it."""
    lines = [f"## {section.title}", "", f"`{command}`, hlsgen {version}, {date}.", "", section.text, ""]
    lines += [_line(section.columns), "|" + "---|" * len(section.columns)]
    lines += [_line([_text(value) for value in row]) for row in section.rows]
    if section.below:
        lines += ["", *section.below]
    return "\n".join(lines) + "\n"


def render_attention(sections: Mapping[str, str]) -> str:
    """The page of rendered sections, by title."""
    return "\n".join([_HEAD, *sections.values()])


def sections_of(page: str) -> dict[str, str]:
    """The rendered sections of a page that was made before."""
    _, *parts = page.split("\n## ")
    return {part.partition("\n")[0]: f"## {part.rstrip()}\n" for part in parts}


@dataclass(frozen=True, slots=True)
class Line:
    """A least-squares line. r2: the coefficient of determination."""

    slope: float
    offset: float
    r2: float


def fit_line(x: Sequence[float], y: Sequence[float]) -> Line:
    """Through at least two points."""
    slope, offset = np.polyfit(x, y, 1)
    rest = np.asarray(y) - (slope * np.asarray(x) + offset)
    total = np.square(np.asarray(y) - np.mean(y)).sum()
    return Line(float(slope), float(offset), float(1 - np.square(rest).sum() / total))


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.3f}" if abs(value) < 100 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)

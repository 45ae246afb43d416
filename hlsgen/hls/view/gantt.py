"""A block's schedule as a chart: a row for each operation, a column for each cycle, bars as long as the delays.

In a pipelined loop the cycles at which the next iterations begin are marked, and the recurrence that bounds the
interval is outlined.
"""

from __future__ import annotations

from hlsgen.hls.bind.scheduled import ScheduledFunction

from .rows import folded, gathered, rows_of, title_of
from .svg import FAMILIES, Canvas, shortened

MOST_ROWS = 160
_LEFT, _TOP, _ROW = 190, 64, 18
_RIGHT = 130


def draw_gantt(function: ScheduledFunction, label: str) -> tuple[str, str]:
    """(SVG, a remark on what is not shown)."""
    block = function.blocks[label]
    rows, fold_note = folded(rows_of(function, label))
    rows, note = gathered(rows, MOST_ROWS)
    note = "; ".join(filter(None, (fold_note, note)))
    canvas = Canvas()
    cycles = max(1, block.depth)
    cell = max(26.0, min(120.0, 900.0 / cycles))
    bottom = _TOP + _ROW * max(1, len(rows))
    canvas.text(0, 14, title_of(block), "bold")
    _key(canvas, {row.family for row in rows}, pipelined=block.loop is not None)
    canvas.text(_LEFT - 8, _TOP - 10, "cycle", "small end")
    for cycle in range(cycles):
        x = _LEFT + cycle * cell
        if block.loop is not None and cycle // block.ii % 2:
            canvas.rect(x, _TOP - 4, cell, bottom - _TOP + 4, "band")
        if cell >= 20 or cycle % 5 == 0:
            canvas.text(x + cell / 2, _TOP - 10, str(cycle), "small middle")
    for number in range(0, len(rows), 2):
        canvas.line(0, _TOP + number * _ROW, _LEFT + cycles * cell + _RIGHT, _TOP + number * _ROW)
    for cycle in range(cycles + 1):
        x = _LEFT + cycle * cell
        starts = block.loop is not None and cycle and cycle % block.ii == 0
        canvas.line(x, _TOP - 4, x, bottom, "back" if starts else "grid")
    for number, row in enumerate(rows):
        y = _TOP + number * _ROW
        canvas.text(_LEFT - 8, y + 13, shortened(row.name, 27), "end")
        slack = "" if row.slack_ns is None else f", {row.slack_ns:.2f} ns to spare"
        bits = f", {row.bits} bits" if row.bits else ""
        source = f", {row.source}" if row.source else ""
        tip = f"{row.name}{bits}, cycle {row.stage}, latency {row.latency}{slack}{source}"
        kind = f"{row.family} critical" if row.critical else row.family
        canvas.rect(_LEFT + row.begin * cell, y + 3, (row.end - row.begin) * cell, _ROW - 6, kind, title=tip, round=3)
        canvas.text(_LEFT + cycles * cell + 8, y + 13, shortened(row.source, 20), "small")
    return str(canvas), note


def _key(canvas: Canvas, families: set[str], pipelined: bool) -> None:
    x = 0.0
    for family in FAMILIES:
        if family in families:
            canvas.rect(x, 24, 10, 10, family, round=2)
            canvas.text(x + 14, 33, family, "small")
            x += 26 + 6.2 * len(family)
    if pipelined:
        canvas.line(x + 5, 23, x + 5, 35, "back")
        canvas.text(x + 14, 33, "the next iteration begins", "small")

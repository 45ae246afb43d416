"""`view/index.html`: every picture and table of a design in one file without outside references, and the SVG files."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.dataflow import Region

from .gantt import draw_gantt
from .graph import draw_graph
from .region import draw_region
from .rows import Row, rows_of, title_of
from .svg import FAMILIES

_MOST_TABLE_ROWS = 20_000
_SMALL = 4  # blocks of fewer operations that are no loop are listed, but not drawn
_CSS = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1400px;padding:0 1.5rem;
color:#1e293b;background:#fff}
h1{font-size:1.5rem}h2{margin-top:2.5rem;border-bottom:1px solid #e2e8f0;padding-bottom:.3rem}h3{margin:1.5rem 0 .3rem}
.scroll{overflow:auto;max-height:80vh;border:1px solid #e2e8f0;border-radius:8px;padding:10px;margin:.4rem 0}
table{border-collapse:collapse;font-size:13px}
th,td{padding:2px 12px 2px 0;text-align:left;border-bottom:1px solid #f1f5f9}
td.n{text-align:right;font-variant-numeric:tabular-nums}th{position:sticky;top:-10px;background:#fff}
.note{color:#64748b;font-size:13px}.bound{color:#b91c1c}summary{cursor:pointer;color:#1d4ed8}
.key span{display:inline-block;margin-right:1rem}
.key i{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:5px}
nav a{margin-right:1rem}
"""


def write_view(
    top: str,
    clock_ns: float,
    regions: Mapping[str, Region],
    functions: Mapping[str, ScheduledFunction],
    modules: Mapping[str, str],
    folder: Path,
) -> Path:
    """Write `index.html` and the pictures into `folder`; the page. modules: function -> the name of its module."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [f"<h1>{escape(top)}</h1>", _key(clock_ns)]
    parts.append(
        "<nav>"
        + "".join(f'<a href="#{escape(modules[name])}">{escape(modules[name])}</a>' for name in functions)
        + "</nav>"
    )
    for name, region in regions.items():
        if len(region.processes) > 1:
            picture = draw_region(modules.get(name, top), region)
            (folder / f"{modules.get(name, top)}_dataflow.svg").write_text(picture, encoding="utf-8")
            parts.append(f"<h2>Dataflow</h2><div class=scroll>{picture}</div>")
    for name, function in functions.items():
        parts += _function(modules[name], function, folder)
    page = folder / "index.html"
    page.write_text(
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(top)}</title><style>{_CSS}</style>"
        f"<body>{''.join(parts)}</body></html>\n",
        encoding="utf-8",
    )
    return page


def _key(clock_ns: float) -> str:
    swatches = "".join(f'<span><i style="background:{colour}"></i>{name}</span>' for name, colour in FAMILIES.items())
    return (
        f"<p class=note>Clock {clock_ns} ns. A column is a cycle, a bar is as long as the operation takes; red lines "
        "are where the next iteration begins, red outlines the recurrence that bounds the interval.</p>"
        f"<p class=key>{swatches}</p>"
    )


def _function(module: str, function: ScheduledFunction, folder: Path) -> list[str]:
    loc = function.function.loc
    parts = [f'<h2 id="{escape(module)}">{escape(module)}</h2>']
    if loc.line:
        parts.append(f"<p class=note>{escape(function.function.name)}, {escape(Path(loc.file).name)}:{loc.line}</p>")
    table: list[Row] = []
    drawn = 0
    for label, block in function.blocks.items():
        rows = rows_of(function, label)
        table += rows
        if len(rows) < _SMALL and block.loop is None:
            continue
        drawn += 1
        gantt, note = draw_gantt(function, label)
        graph, graph_note = draw_graph(function, label)
        for kind, picture in (("schedule", gantt), ("graph", graph)):
            (folder / f"{module}_{drawn}_{kind}.svg").write_text(picture, encoding="utf-8")
        bound = f"<p class=bound>II {block.ii}: {escape(block.bound_by)}</p>" if block.bound_by else ""
        parts.append(f"<h3>{escape(title_of(block))}</h3>{bound}{_note(note)}<div class=scroll>{gantt}</div>")
        parts.append(
            f"<details><summary>operations and values</summary>{_note(graph_note)}"
            f"<div class=scroll>{graph}</div></details>"
        )
    parts.append(f"<details><summary>{len(table)} operations by cycle</summary>{_table(table)}</details>")
    return parts


def _note(text: str) -> str:
    return f"<p class=note>{escape(text)}</p>" if text else ""


def _table(rows: list[Row]) -> str:
    head = "<tr><th>operation<th>bits<th>block<th>cycle<th>latency<th>slack (ns)<th>source</tr>"
    cells = "".join(
        f"<tr><td>{escape(row.name)}<td class=n>{row.bits or ''}<td>{escape(row.block)}<td class=n>{row.stage}"
        f"<td class=n>{row.latency}<td class=n>{_slack(row)}<td>{escape(row.source)}</tr>"
        for row in rows[:_MOST_TABLE_ROWS]
    )
    rest = f"<p class=note>the first {_MOST_TABLE_ROWS}</p>" if len(rows) > _MOST_TABLE_ROWS else ""
    return f"<div class=scroll><table>{head}{cells}</table></div>{rest}"


def _slack(row: Row) -> str:
    return "" if row.slack_ns is None else f"{row.slack_ns:.2f}"

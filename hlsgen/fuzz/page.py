"""The page of a campaign, Markdown: the command, what became of the programs, what they used, every failure."""

from __future__ import annotations

from .campaign import Summary

_COLUMNS = 4


def render_page(summary: Summary, seed: int, command: str, fixed: str = "") -> str:
    """command: what was typed. fixed: a text on what earlier campaigns found, kept from the page before."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in summary.kinds.most_common())
    each = summary.cpu_seconds / max(1, summary.programs)
    lines = [
        "# Fuzzing the HLS compiler",
        "",
        f"`{command}`: {summary.programs} random programs (seeds {seed} to {seed + summary.programs - 1}), each",
        "compiled and run natively, compiled to Verilog, linted by Verilator and pyslang, and simulated, every word",
        "compared: one call after the other, back to back, and with random stalls on every port.",
        "",
        "| | |",
        "|---|---|",
        f"| outcome | {kinds} |",
        f"| calls compared | {summary.calls} in each pass |",
        f"| cycles simulated | {summary.cycles} |",
        f"| processor time | {summary.cpu_seconds:.0f} s, {each:.2f} s a program |",
        f"| wall time | {summary.wall_seconds:.0f} s |",
        "",
        "## Programs that use a feature",
        "",
        "| feature | programs " * _COLUMNS + "|",
        "|---|---:" * _COLUMNS + "|",
    ]
    cells = [f"| {name} | {count} " for name, count in sorted(summary.features.items())]
    cells += ["| | "] * (-len(cells) % _COLUMNS)
    rows = -(-len(cells) // _COLUMNS)
    lines += ["".join(cells[row::rows]) + "|" for row in range(rows)]
    if summary.failures:
        lines += ["", "## Failures", "", "| seed | | |", "|---:|---|---|"]
        lines += [f"| {f.seed} | {f.kind} | {f.problem[:160].replace('|', '&#124;')} |" for f in summary.failures]
    return "\n".join(lines) + "\n" + fixed


def kept_part(page: str) -> str:
    """What people wrote below the last table: from the heading `## Found and fixed` on."""
    start = page.find("\n## Found and fixed")
    return page[start:] if start >= 0 else ""

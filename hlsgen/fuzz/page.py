"""The page of a campaign, Markdown: its parts, what became of the programs, what they used, every failure."""

from __future__ import annotations

from collections.abc import Sequence

from .parts import Part, total_of

_COLUMNS = 4


def render_page(parts: Sequence[Part], fixed: str = "") -> str:
    """fixed: a text on what earlier campaigns found, kept from the page before."""
    total = total_of(parts)
    each = total.cpu_seconds / max(1, total.programs)
    lines = [
        "# Fuzzing the HLS compiler",
        "",
        f"`hlsgen fuzz hls`: {total.programs} random programs, each compiled and run natively, compiled to Verilog,",
        "linted by Verilator and pyslang, and simulated, every word compared: one call after the other, back to back,",
        "and with random stalls on every port.",
        "",
        "| | |",
        "|---|---|",
        f"| outcome | {_kinds(total.kinds)} |",
        f"| calls compared | {total.calls} in each pass |",
        f"| cycles simulated | {total.cycles} |",
        f"| processor time | {total.cpu_seconds:.0f} s, {each:.2f} s a program |",
        "",
        "## Parts",
        "",
        "The compiler is named by its commit. A seed means another program once the generator has changed.",
        "",
        "| compiler | seeds | programs | outcome |",
        "|---|---|---:|---|",
    ]
    for part in parts:
        seeds = f"{part.seeds.start} to {part.seeds.stop - 1}"
        lines.append(f"| {part.version} | {seeds} | {part.summary.programs} | {_kinds(part.summary.kinds)} |")
    lines += ["", "## Programs that use a feature", ""]
    lines += ["| feature | programs " * _COLUMNS + "|", "|---|---:" * _COLUMNS + "|"]
    cells = [f"| {name} | {count} " for name, count in sorted(total.features.items())]
    cells += ["| | "] * (-len(cells) % _COLUMNS)
    rows = -(-len(cells) // _COLUMNS)
    lines += ["".join(cells[row::rows]) + "|" for row in range(rows)]
    failures = [(part.version, failure) for part in parts for failure in part.summary.failures]
    if failures:
        lines += ["", "## Failures", "", "| compiler | seed | | |", "|---|---:|---|---|"]
        for version, f in failures:
            lines.append(f"| {version} | {f.seed} | {f.kind} | {f.problem[:160].replace('|', '&#124;')} |")
    return "\n".join(lines) + "\n" + fixed


def _kinds(kinds: dict[str, int]) -> str:
    ordered = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} {kind}" for kind, count in ordered)


def kept_part(page: str) -> str:
    """What people wrote below the last table: from the heading `## Found and fixed` on."""
    start = page.find("\n## Found and fixed")
    return page[start:] if start >= 0 else ""

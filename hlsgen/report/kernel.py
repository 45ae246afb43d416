"""The report of a compiled kernel as text, in the order in which people look for things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_UNKNOWN = "?"


def kernel_text(report: dict[str, Any]) -> str:
    """The text for `report.json` of a kernel: timing, latency, loops, pragmas, interface, resources, simulation."""
    parts = [_head(report), _functions(report), _loops(report), _memories(report), _pragmas(report)]
    parts += [_interface(report), _resources(report), _simulation(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(report: dict[str, Any]) -> str:
    lines = [f"{report['top']}: {report['part']} ({report['family']}), clock {report['clock_ns']:g} ns"]
    slow = report["slow_operations"]
    lines.append(f"timing   {len(slow)} operations are too slow for the clock" if slow else "timing   met by estimate")
    lines += [f"         {text}" for text in slow]
    lines.append(f"products {report['multipliers']} of two variables, {report['constant_multipliers']} with a constant")
    return "\n".join(lines)


def _functions(report: dict[str, Any]) -> str:
    rows = [
        (
            f["name"],
            _number(f["latency_min"]),
            _number(f["latency_max"]),
            _number(f.get("interval_cycles")),
            str(f["instances"]),
        )
        for f in report["functions"]
    ]
    return _table("latency in cycles", ("function", "min", "max", "interval", "instances"), rows)


def _loops(report: dict[str, Any]) -> str:
    rows, notes = [], []
    for loop in report["loops"]:
        label = loop["label"] or "loop"
        trip = _number(loop["trip_count"])
        rows.append(
            (
                loop["function"],
                label,
                str(loop["line"]),
                str(loop["ii_asked"]),
                str(loop["ii_reached"]),
                str(loop["depth"]),
                trip,
            )
        )
        if loop["bound_by"]:
            notes.append(f"  {loop['function']}:{loop['line']} {label}: II {loop['ii_reached']}: {loop['bound_by']}")
    head = ("function", "loop", "line", "II asked", "II reached", "depth", "trip count")
    return "\n".join([_table("pipelined loops", head, rows), *notes]) if rows else ""


def _memories(report: dict[str, Any]) -> str:
    rows = [
        (
            m["function"],
            m["name"],
            str(m["width_bits"]),
            str(m["depth_words"]),
            m["kind"] + (" (ROM)" if m["rom"] else ""),
        )
        for m in report["memories"]
    ]
    return _table("memories", ("function", "array", "bits", "words", "kind"), rows)


def _pragmas(report: dict[str, Any]) -> str:
    lines = [
        f"  {p['file']}:{p['line']}: {p['text']}: {'' if p['honoured'] else 'not honoured: '}{p['reason']}"
        for p in report["pragmas"]
        if not p["honoured"] or p["reason"]
    ]
    chosen = [f"  {c['file']}:{c['line']}: #pragma {c['text']}" for c in report.get("chosen", ())]
    parts = ["pragmas with a remark", *lines] if lines else []
    parts += ["chosen by the compiler, as if you had written", *chosen] if chosen else []
    return "\n".join(parts)


def _interface(report: dict[str, Any]) -> str:
    rows = [
        (
            a["name"],
            a["kind"],
            a["direction"],
            a["mode"] + (f" {a['bundle']}" if a["bundle"] else ""),
            str(a["bits"]),
            str(a["depth"]),
        )
        for a in report["arguments"]
    ]
    table = _table(f"interface, {report['control']}", ("argument", "kind", "direction", "mode", "bits", "depth"), rows)
    registers = [
        (r["port"], f"0x{r['offset']:02x}", r["name"], str(r["bits"]), r["argument"])
        for r in report.get("registers", ())
    ]
    if registers:
        table += "\n\n" + _table("registers", ("port", "offset", "name", "bits", "argument"), registers)
    return table


def _resources(report: dict[str, Any]) -> str:
    found = report.get("resources")
    if not found:
        return ""
    counts = ", ".join(f"{name.upper()} {value:,}" for name, value in found["resources"].items())
    delay = f"{found['delay_ns']:g} ns of cells on the longest path, without routing"
    return f"resources, estimated by Yosys\n  {counts}\n  {delay}"


def _simulation(report: dict[str, Any]) -> str:
    lines = []
    if "depths" in report:
        needed = report["depths"]["needed"]
        lines.append(
            "FIFO depths: all will do"
            if not needed
            else "FIFO depths that would do (used here; write them into the source)"
        )
        lines += [f"  {text}" for text in report["depth_pragmas"]]
    if "equal" in report:
        lines.append(
            f"C/RTL cosimulation: {'every output equal' if report['equal'] else 'FAILED'}, {report['calls']} calls"
        )
        found = report.get("cosim")
        if found:
            lines.append(
                "  cycles per call: "
                f"{found['cycles_min']} min, {found['cycles_mean']:g} mean, {found['cycles_max']} max"
                + (f"; interval {found['interval']}" if found["interval"] is not None else "")
            )
            lines.append(f"  passes: {', '.join(name.replace('_', ' ') for name in found['passes'])}")
            for name, counts in found["axi"].items():
                if counts:
                    lines.append(
                        f"  {name}: {counts[0]} read bursts of {counts[1]} beats, "
                        f"{counts[2]} write bursts of {counts[3]} beats"
                    )
        if report.get("polled"):
            lines.append(
                f"  {', '.join(report['polled'])}: asked whether empty or full, so nothing was stalled or overlapped"
            )
        if report.get("difference"):
            lines.append(f"  {report['difference']}")
    elif "csim" in report:
        lines.append("C simulation: passed")
    return "\n".join(lines)


def _number(value: int | None) -> str:
    return _UNKNOWN if value is None else str(value)


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need to be; nothing without rows."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    numeric = [
        all(row[column].lstrip("-").isdigit() or row[column] == _UNKNOWN for row in rows) for column in range(len(head))
    ]
    lines = [title]
    for row in (head, *rows):
        cells = [
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numeric, strict=True)
        ]
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines)

"""The report of a compiled kernel as text, in the order in which people look for things."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_UNKNOWN = "?"


def kernel_text(report: dict[str, Any]) -> str:
    """The text for `report.json` of a kernel: timing, latency, loops, pragmas, interface, resources, simulation."""
    parts = [_head(report), _functions(report), _loops(report), _memories(report), _channels(report)]
    parts += [_pragmas(report), _interface(report), _resources(report), _simulation(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(report: dict[str, Any]) -> str:
    lines = [f"{report['top']}: {report['part']} ({report['family']}), clock {report['clock_ns']:g} ns"]
    slow = report["slow_operations"]
    spare_ns = report["clock_ns"] - report["uncertainty_ns"] - report["estimated_ns"]
    lines.append(
        f"timing   {f'{len(slow)} operations are too slow for the clock' if slow else 'met by estimate'}: longest way "
        f"{report['estimated_ns']:.2f} ns, kept for routing {report['uncertainty_ns']:.2f} ns, slack {spare_ns:.2f} ns"
    )
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
    place = {f["name"]: number for number, f in enumerate(report["functions"])}
    found = sorted((*report["plain_loops"], *report["loops"]), key=lambda loop: (place[loop["function"]], loop["line"]))
    rows = [_loop_row(loop) for loop in found]
    notes = [
        f"  {loop['function']}:{loop['line']} {_label(loop)}: II {loop['ii_reached']}: {loop['bound_by']}"
        for loop in report["loops"]
        if loop["bound_by"]
    ]
    head = ("function", "loop", "line", "min", "max", "iteration", "trip count", "II asked", "II reached")
    return "\n".join([_table("loops, latency in cycles", head, rows), *notes]) if rows else ""


def _label(loop: dict[str, Any]) -> str:
    return loop["label"] or "loop"


def _loop_row(loop: dict[str, Any]) -> tuple[str, ...]:
    """A loop without an interval is not pipelined."""
    iteration = loop.get("depth", loop.get("iteration_max"))
    numbers = (loop["latency_min"], loop["latency_max"], iteration, loop["trip_count"])
    intervals = (str(loop.get(key, "")) for key in ("ii_asked", "ii_reached"))
    return (loop["function"], _label(loop), str(loop["line"]), *map(_number, numbers), *intervals)


def _memories(report: dict[str, Any]) -> str:
    """Those of more than a word: what is one is a variable."""
    rows = [
        (
            m["function"],
            m["name"],
            str(m["width_bits"]),
            str(m["depth_words"]),
            m["kind"] + (" (ROM" + (f", {m['copies']} copies" if m["copies"] > 1 else "") + ")" if m["rom"] else ""),
        )
        for m in report["memories"]
        if m["depth_words"] > 1
    ]
    return _table("memories", ("function", "array", "bits", "words", "kind"), rows)


def _channels(report: dict[str, Any]) -> str:
    rows = [
        (c["function"], c["name"], c["kind"], str(c["width_bits"]), str(c["depth_words"]), c["producer"], c["consumer"])
        for c in report["channels"]
    ]
    return _table("between processes", ("region", "channel", "kind", "bits", "words", "from", "to"), rows)


_UNREACHED = "not reached from the top"


def _pragmas(report: dict[str, Any]) -> str:
    told = [p for p in report["pragmas"] if not p["honoured"] or p["reason"]]
    lines = [
        f"  {p['file']}:{p['line']}: {p['text']}: {'' if p['honoured'] else 'not honoured: '}{p['reason']}"
        for p in told
        if not p["reason"].endswith(_UNREACHED)
    ]
    if len(told) > len(lines):  # libraries of templates have hundreds
        lines.append(f"  {len(told) - len(lines)} in functions that are {_UNREACHED}")
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
        all(row[column].lstrip("-").isdigit() or row[column] in (_UNKNOWN, "") for row in rows)
        for column in range(len(head))
    ]
    lines = [title]
    for row in (head, *rows):
        cells = [
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(row, widths, numeric, strict=True)
        ]
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines)

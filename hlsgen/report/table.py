"""The table at the end of a build, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

from hlsgen.core.boards import shortage

Report = Mapping[str, Any]
_POLICIES = {"row": "of each row, found in the row", "static": "a bound proved from the formats"}


def build_table(report: Report, board: Mapping[str, Any]) -> Table:
    """The report as rows of a name and a value. board: what the device holds, for the shares."""
    title = f"{report['design']} · {report['pattern']} · {report['format']} · {report['board']}"
    table = Table(title=escape(title), show_header=False, title_justify="left")
    table.add_column(style="bold")
    table.add_column()
    for name, value in rows(report, board):
        table.add_row(escape(name), escape(value))
    return table


def rows(report: Report, board: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The lines of the table as text."""
    accuracy, cycles, interval = report["accuracy"], report["cycles"], report["interval"]
    resources, exact = report["resources"], report["bit_exact"]
    levels = (("native C++", "csim"), ("open ap_types", "cxx_ap_types"), ("RTL", "cosim"))
    speed = report["sim_cycles_per_second"]
    return [
        (
            ("accuracy", f"float {_percent(accuracy['float'])}, quantised {_percent(accuracy['quantised'])}")
            if report["error"] is None
            else ("error against real numbers", f"{report['error']:.3%} (root mean square, relative)")
        ),
        ("bit-exact with golden", ", ".join(f"{name} {_verdict(exact[key])}" for name, key in levels)),
        ("vectors compared", _number(report["vectors"])),
        *(("mismatch", text) for text in report["mismatches"]),
        ("cycles per sample", _predicted(cycles)),
        ("interval between samples", _predicted(interval)),
        *(("loop slower than asked", _loop(loop)) for loop in report["slow_loops"]),
        *([("too slow for the clock", _operations(slow))] if (slow := report["slow_operations"]) else []),
        ("multipliers", _number(report["multipliers"])),
        (
            "MAC utilisation",
            f"{_share(report['mac_utilisation'])} (predicted {_share(report['mac_utilisation_predicted'])})",
        ),
        *([("greatest score", _POLICIES[policy])] if (policy := report["row_maximum"]) else []),
        ("off chip", f"{_number(report['off_chip_bytes'])} bytes per sample"),
        *([("words at the ports", _ports(report["memory"]))] if report["memory"] else []),
        *([("loading weights", _load(load))] if report["memory"] and (load := report["memory"].get("load")) else []),
        ("on chip", f"{_number(report['on_chip_bits'])} bits"),
        ("resources (estimate)", ", ".join(_resource(key, resources[key], board) for key in _SHOWN)),
        *([("DOES NOT FIT", ", ".join(short))] if (short := shortage(_held(board), resources)) else []),
        ("cell delay (estimate)", _delay(resources["delay_ns"], report["clock_ns"])),
        ("simulation", "-" if speed is None else f"{speed:,.0f} cycles/s"),
    ]


_SHOWN = ("lut", "ff", "dsp", "bram36", "uram")


def _held(board: Mapping[str, Any]) -> dict[str, float]:
    return {key: board[key] for key in _SHOWN}


def _loop(loop: Mapping[str, Any]) -> str:
    place = loop["label"] or f"line {loop['line']}"
    return f"{loop['function']}, {place}: one step in {loop['ii_reached']} cycles, {loop['ii_asked']} asked"


def _load(load: Mapping[str, Any]) -> str:
    return f"{_number(load['words'])} words in {_number(load['cycles'])} cycles"


def _ports(memory: Mapping[str, Any]) -> str:
    ports = (f"{name} {_number(p['counted'])} of {p['width_bits']} bits" for name, p in memory["ports"].items())
    return f"{', '.join(ports)} per sample; memory of {memory['latency_cycles']} cycles"


def _operations(slow: list[str]) -> str:
    more = f", and {len(slow) - 1} more in hls_report.json" if len(slow) > 1 else ""
    return f"{slow[0]}{more}"


def _predicted(pair: Mapping[str, Any]) -> str:
    measured, predicted = pair["measured"], pair["predicted"]
    if measured is None or predicted is None:
        return f"{_number(measured)} measured, {_number(predicted)} predicted"
    return f"{_number(measured)} measured, {_number(predicted)} predicted ({predicted / measured - 1:+.1%})"


def _resource(key: str, used: float | None, board: Mapping[str, Any]) -> str:
    name = {"bram36": "BRAM36"}.get(key, key.upper())
    if used is None:
        return f"{name} -"
    held = board[key]
    return f"{name} {_number(used)}" + (f" ({used / held:.1%})" if held else "")


def _delay(delay_ns: float | None, clock_ns: float) -> str:
    if delay_ns is None:
        return "-"
    return f"{delay_ns:.2f} ns of cells on the longest path, without routing; clock {clock_ns:g} ns"


def _verdict(passed: bool | None) -> str:
    return {True: "yes", False: "NO", None: "-"}[passed]


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.1f}" if isinstance(value, float) and not value.is_integer() else f"{int(value):,}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.2%}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"

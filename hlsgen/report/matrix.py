"""Many builds in one Markdown page: every design in every format and pattern, a row each.

In: cells, each with the report of its build (see `summary`) or the error that ended it. Out: the page as text: a
summary, then accuracy and exactness, cycles, resources and time, and what failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_LEVELS = {"native C++": "csim", "open ap_types": "cxx_ap_types", "RTL": "cosim"}
_RESOURCES = {"LUT": "lut", "FF": "ff", "DSP": "dsp", "BRAM36": "bram36", "URAM": "uram"}

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """One build. report: None when the build ended with `error` before there was one."""

    design: str
    pattern: str
    format: str
    report: Report | None
    error: str = ""

    @property
    def passed(self) -> bool:
        return self.report is not None and bool(self.report["passed"])

    @property
    def failures(self) -> tuple[str, ...]:
        """Why it did not pass, in sentences."""
        if self.report is None:
            return (self.error,)
        return () if self.passed else (*self.report["mismatches"],) or ("a check failed",)


def render_matrix(cells: Sequence[Cell], board: Mapping[str, Any], *, command: str, version: str, date: str) -> str:
    """The page. board: the one of all cells, with its clock. command: that makes the page again."""
    device = f"board {board['name']} ({board['part']}), clock {board['clock_ns']:g} ns"
    parts = [
        "# Results",
        f"Made by `{command}` with hlsgen {version} on {date}; {device}.",
        "\n".join(f"- {line}" for line in _summary(cells)),
        "## Accuracy and exactness",
        "Accuracy on the held-out images. An exact level gives golden's code for every output of all images: the "
        "C++ compiled against hlsgen's own headers, the same C++ against the open `ap_types` headers, and the RTL in "
        "three passes (a lone image, full rate, random stalls on every stream).",
        _table(cells, _EXACTNESS),
        "## Cycles",
        "Latency: from the first input beat to the last output beat of an image alone. Interval: between images at "
        "full rate. Predicted from the plan with the loops as scheduled, measured in the RTL. MAC utilisation: the "
        "share of cycles in which the multipliers of the slowest layer (dataflow) or the shared ones (sequential) "
        "work, measured.",
        _table(cells, _CYCLES),
        "## Resources and time",
        "Resources and delay are estimates by Yosys, without place and route; the delay is that of the cells on the "
        "longest path. Build: the sum of the stages' times. Simulation: clock cycles per second of CPU time.",
        _table(cells, _COSTS),
    ]
    failed = [f"- {cell.design}, {cell.pattern}, {cell.format}: {why}" for cell in cells for why in cell.failures]
    if failed:
        parts += ["## Failures", "\n".join(failed)]
    return "\n\n".join(parts) + "\n"


def _summary(cells: Sequence[Cell]) -> Iterator[str]:
    reports = [cell.report for cell in cells if cell.report is not None]
    yield f"{sum(cell.passed for cell in cells)} of {len(cells)} builds passed, exact at every level."
    for name in ("cycles", "interval"):
        off = [abs(share) for report in reports if (share := _error(report[name])) is not None]
        if off:
            what = "latency" if name == "cycles" else name
            yield f"Prediction of the {what}: at most {max(off):.1%} from the measured one."
    for pattern in dict.fromkeys(cell.pattern for cell in cells):
        shares = [r["mac_utilisation"] for r in reports if r["pattern"] == pattern]
        shares = [share for share in shares if share is not None]
        if shares:
            yield f"MAC utilisation, {pattern}: at least {min(shares):.3f}."


def _error(pair: Mapping[str, float | None]) -> float | None:
    """Predicted against measured, as a share of the measured one."""
    predicted, measured = pair["predicted"], pair["measured"]
    return None if predicted is None or not measured else predicted / measured - 1


Columns = Sequence[tuple[str, Callable[[Report], str]]]


def _table(cells: Sequence[Cell], columns: Columns) -> str:
    reports = [cell.report for cell in cells if cell.report is not None]
    columns = [
        (title, show) for title, show in columns if title not in _OF_SOME or any(show(each) != "-" for each in reports)
    ]
    head = ("design", "pattern", "format", *(title for title, _ in columns))
    lines = [_line(head), _line([":---"] * 3 + ["---:"] * len(columns))]
    for cell in cells:
        if cell.report is None:
            values = ["failed", *[""] * (len(columns) - 1)]
        else:
            values = [show(cell.report) for _, show in columns]
        lines.append(_line([cell.design, cell.pattern, cell.format, *values]))
    return "\n".join(lines)


def _line(values: Sequence[str]) -> str:
    return f"| {' | '.join(values)} |"


def _number(value: float | None, form: str = ",") -> str:
    if value is None:
        return "-"
    return format(int(value) if form == "," and float(value).is_integer() else value, form)


def _difference(pair: Mapping[str, float | None]) -> str:
    return _number(_error(pair), "+.1%")


def _exact(level: str) -> Callable[[Report], str]:
    return lambda report: {True: "exact", False: "**DIFFERS**", None: "-"}[report["bit_exact"][level]]


def _resource(key: str) -> Callable[[Report], str]:
    return lambda report: _number(report["resources"][key])


_OF_SOME = ("float", "quantised", "relative error")  # networks that classify, or others
_EXACTNESS: Columns = (
    ("float", lambda r: _number(r["accuracy"]["float"], ".2%")),
    ("quantised", lambda r: _number(r["accuracy"]["quantised"], ".2%")),
    ("relative error", lambda r: _number(r["error"], ".3%")),
    ("vectors", lambda r: _number(r["vectors"])),
    *((title, _exact(level)) for title, level in _LEVELS.items()),
)
_CYCLES: Columns = (
    ("latency", lambda r: _number(r["cycles"]["measured"])),
    ("predicted", lambda r: _number(r["cycles"]["predicted"])),
    ("off by", lambda r: _difference(r["cycles"])),
    ("interval", lambda r: _number(r["interval"]["measured"])),
    ("predicted", lambda r: _number(r["interval"]["predicted"])),
    ("off by", lambda r: _difference(r["interval"])),
    ("multipliers", lambda r: _number(r["multipliers"])),
    ("MAC utilisation", lambda r: _number(r["mac_utilisation"], ".3f")),
)
_COSTS: Columns = (
    *((title, _resource(key)) for title, key in _RESOURCES.items()),
    ("delay ns", lambda r: _number(r["resources"]["delay_ns"], ".2f")),
    ("build s", lambda r: _number(sum(r["seconds"].values()), ".1f")),
    ("simulated cycles/s", lambda r: _number(r["sim_cycles_per_second"])),
)

"""`hlsgen build` and the commands of single stages.

`build` makes everything that the design determines, hand-made changes included (an edited C++ project is kept aside).
The command of one stage brings the stages before it up to date where they are missing or out of date, but takes what
somebody edited there as it is: edit the C++, run `hlsgen csim`.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from hlsgen.arch import DEFAULT_PATTERN, pattern_for
from hlsgen.core.atomic import write_text
from hlsgen.flow.engine import Observer, closure, run_stages
from hlsgen.flow.options import Options
from hlsgen.flow.stage import Outcome
from hlsgen.flow.stages import STAGES
from hlsgen.report import build_table, render_page, summarise

from .display import display_for

_WHOLE = ("build", "report")
_WIDTH_OF_A_FILE = 120


def options_of(arguments: argparse.Namespace, out: Path | None) -> Options:
    """The choices for a build among the arguments of a command."""
    return Options(
        design=arguments.design,
        board=arguments.board,
        pattern=arguments.pattern or _default_pattern(arguments.design),
        format=arguments.format,
        multipliers=arguments.multipliers,
        pipelines=arguments.pipelines,
        clock_ns=arguments.clock,
        io=arguments.io,
        axi_width_bits=arguments.axi_width_bits,
        axi_latency=arguments.axi_latency,
        weights=arguments.weights,
        out=out,
        seed=arguments.seed,
        waves=arguments.waves,
    )


def run(arguments: argparse.Namespace) -> int:
    options = options_of(arguments, arguments.out)
    settings, out, command = options.settings(), options.output, arguments.command
    stages = STAGES if command in _WHOLE else closure(STAGES, [command])
    names = [stage.name for stage in stages]
    report: dict[str, Any] = {}

    def finish(outcomes: Mapping[str, Outcome]) -> None:
        if command in _WHOLE:
            report.update(write_report(out, settings, outcomes, display))

    with display_for([*names, "report"] if command in _WHOLE else names) as display:
        outcomes = run_stages(
            stages,
            out,
            settings,
            display,
            keep_edited=command != "build",
            jobs=os.cpu_count() or 1,
            finish=finish,
        )
    if command not in _WHOLE:
        report = _stage_report(outcomes[command], out)
    if arguments.json:
        print(json.dumps(report, indent=2))
    elif command in _WHOLE:
        width = None if sys.stdout.isatty() else _WIDTH_OF_A_FILE
        Console(width=width).print(build_table(report, settings["board"]))
        print(out / "report.html")
    else:
        _show_stage(outcomes[command], out)
    for outcome in outcomes.values():
        for mismatch in outcome.facts.get("mismatches", ()):
            print(f"hlsgen: {mismatch}", file=sys.stderr)
    return 0 if all(outcome.passed for outcome in outcomes.values()) else 1


def _default_pattern(design: Path) -> str:
    """The pattern that suits the design, by its text: the stage `load` is the one that runs it."""
    file = design / "design.py" if design.is_dir() else design
    try:
        calls = ast.walk(ast.parse(file.read_bytes()))
    except (OSError, SyntaxError, ValueError):
        return DEFAULT_PATTERN
    return pattern_for(node.attr for node in calls if isinstance(node, ast.Attribute))


def write_report(
    out: Path, settings: Mapping[str, Any], outcomes: Mapping[str, Outcome], display: Observer
) -> dict[str, Any]:
    """Puts the stages' facts into report.json and report.html, where they differ; the object of report.json."""
    display.started("report")
    started = time.monotonic()
    facts = {name: outcome.facts for name, outcome in outcomes.items()}
    report = summarise(settings, facts, {name: outcome.seconds for name, outcome in outcomes.items()})
    texts = {
        "report.json": json.dumps(report, indent=2) + "\n",
        "report.html": render_page(report, facts, settings["board"]),
    }
    changed = [name for name, text in texts.items() if not _holds(out / name, text)]
    for name in changed:
        write_text(out / name, texts[name])
    display.ended(Outcome("report", not changed, time.monotonic() - started, {}))
    return report


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False


def _stage_report(outcome: Outcome, out: Path) -> dict[str, Any]:
    folder = next(stage.folder for stage in STAGES if stage.name == outcome.stage)
    head = {"stage": outcome.stage, "folder": str(out / folder), "fresh": outcome.fresh, "seconds": outcome.seconds}
    return {**head, "passed": outcome.passed, **outcome.facts}


def _show_stage(outcome: Outcome, out: Path) -> None:
    report = _stage_report(outcome, out)
    text = Path(report["folder"]) / f"{outcome.stage}.txt"
    if text.is_file():
        print(text.read_text(encoding="utf-8"), end="")
        return
    for name, value in report.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {part}" for key, part in value.items())
        if not isinstance(value, list):
            print(f"{name.replace('_', ' '):20} {value}")

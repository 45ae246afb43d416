"""`hlsgen matrix`: build designs in every format and pattern, one build after the other, and write one page.

Each build has its usual folder, so what is up to date is not built again and an interrupted matrix goes on where it
was. A build that fails is a row that says so, and the command ends with exit code 1.
"""

from __future__ import annotations

import argparse
import datetime
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.status import Status

import hlsgen
from hlsgen.arch import patterns_of
from hlsgen.core.boards import DEFAULT_BOARD
from hlsgen.core.errors import InternalError, UserError
from hlsgen.flow.engine import run_stages
from hlsgen.flow.options import Options
from hlsgen.flow.stage import Outcome
from hlsgen.flow.stages import STAGES
from hlsgen.model import load_design
from hlsgen.report import Cell, render_matrix

from .build import write_report
from .page import show_page

FORMATS = ("Int8", "Fixed(16,6)", "Int4/Int8", "e4m3", "e2m1/e4m3")


def run(arguments: argparse.Namespace) -> int:
    # A mistake in any choice or design shows before the first build.
    graphs = {design: load_design(design).model.graph() for design in arguments.designs}
    choices = [
        (design, pattern, fmt)
        for design in arguments.designs
        for pattern in arguments.patterns or patterns_of(graphs[design])
        for fmt in arguments.formats or FORMATS
    ]
    builds = [
        Options(design=design, board=arguments.board, pattern=pattern, format=fmt) for design, pattern, fmt in choices
    ]
    settings = [options.settings() for options in builds]
    cells = []
    for number, (options, chosen) in enumerate(zip(builds, settings, strict=True), start=1):
        cell = _build(options, chosen, graphs[options.design].name)
        cells.append(cell)
        _say(f"{number:3}/{len(builds)}", cell)
    page = render_matrix(
        cells,
        settings[0]["board"],
        command=_command(arguments),
        version=hlsgen.__version__,
        date=datetime.date.today().isoformat(),
    )
    show_page(arguments, page, {"cells": [asdict(cell) | {"passed": cell.passed} for cell in cells]})
    return 0 if all(cell.passed for cell in cells) else 1


def _command(arguments: argparse.Namespace) -> str:
    """What to type to get the same page."""
    words = ["hlsgen", "matrix", *map(str, arguments.designs)]
    for name, values in (("--format", arguments.formats), ("--pattern", arguments.patterns)):
        words += [word for value in values or () for word in (name, value)]
    if arguments.board != DEFAULT_BOARD:
        words += ["--board", arguments.board]
    if arguments.out:
        words += ["--out", str(arguments.out)]
    return shlex.join(words)


def _build(options: Options, settings: Mapping[str, Any], design: str) -> Cell:
    report: dict[str, Any] = {}
    error = ""
    with Console(stderr=True).status("") as status:
        observer = _Cell(status, f"{design}, {options.pattern}, {settings['format']}")

        def finish(outcomes: Mapping[str, Outcome]) -> None:
            report.update(write_report(options.output, settings, outcomes, observer))

        try:
            run_stages(STAGES, options.output, settings, observer, jobs=os.cpu_count() or 1, finish=finish)
        except (UserError, InternalError) as raised:
            error = " ".join(str(raised).split())
    return Cell(design, options.pattern, settings["format"], report or None, error)


def _say(number: str, cell: Cell) -> None:
    seconds = "" if cell.report is None else f"{sum(cell.report['seconds'].values()):6.1f} s"
    verdict = "done" if cell.passed else f"FAILED: {'; '.join(cell.failures)}"
    line = f"{number}  {cell.design:12} {cell.pattern:10} {cell.format:12} {seconds:8}  {verdict}"
    print(line, file=sys.stderr, flush=True)


class _Cell:
    """One build on a terminal: a line that names the stages at work; nothing anywhere else."""

    def __init__(self, status: Status, build: str) -> None:
        self._status, self._build = status, build
        self._active: dict[str, None] = {}

    def started(self, stage: str) -> None:
        self._active[stage] = None
        self._show()

    def progressed(self, stage: str, done: int, total: int, what: str) -> None:
        pass

    def ended(self, outcome: Outcome) -> None:
        self._active.pop(outcome.stage, None)
        self._show()

    def warned(self, text: str) -> None:
        print(f"hlsgen: warning: {text}", file=sys.stderr, flush=True)

    def _show(self) -> None:
        self._status.update(escape(f"{self._build}: {', '.join(self._active)}"))

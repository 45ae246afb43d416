"""The report as one HTML page without any other file: figures, units, loops, modules. Names are escaped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

import hlsgen

from .table import rows


def render_page(report: Mapping[str, Any], facts: Mapping[str, Mapping[str, Any]], board: Mapping[str, Any]) -> str:
    """report: of `summarise`. facts: by stage, for the tables of units, loops and modules; any may be missing."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    slowest = max(report["seconds"].values(), default=0.0) or 1.0
    return environment.get_template("page.html.j2").render(
        report=report,
        board=board,
        version=hlsgen.__version__,
        rows=rows(report, board),
        units=facts.get("plan", {}).get("units", []),
        loops=facts.get("hls", {}).get("loops", []),
        modules=facts.get("synth", {}).get("modules", []),
        path=facts.get("synth", {}).get("path", []),
        stages=[(name, seconds, seconds / slowest) for name, seconds in report["seconds"].items()],
    )

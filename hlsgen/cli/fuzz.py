"""`hlsgen fuzz hls`: random programs through the HLS compiler, native run against RTL; exit code 1 for a failure."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from hlsgen.core.errors import UserError
from hlsgen.core.progress import listening
from hlsgen.fuzz.campaign import Summary, run_campaign
from hlsgen.fuzz.page import kept_part, render_page
from hlsgen.fuzz.parts import Part, check_new, compiler_version, load_parts, save_parts


def run(arguments: argparse.Namespace) -> int:
    if arguments.count < 1 or arguments.seed < 0 or arguments.jobs < 1:
        raise UserError("--count and --jobs start at 1, --seed at 0")
    if arguments.page is not None:
        check_new(load_parts(arguments.page), arguments.seed, arguments.count)
    version = compiler_version()
    quiet = arguments.json or not sys.stderr.isatty()
    with tempfile.TemporaryDirectory(prefix="hlsgen-fuzz-") as folder, listening(_silent if quiet else _show):
        summary = run_campaign(arguments.seed, arguments.count, Path(folder), jobs=arguments.jobs, keep=arguments.keep)
    print(json.dumps(summary.to_json(), indent=2) if arguments.json else _text(summary))
    if arguments.page is not None:
        before = arguments.page.read_text(encoding="utf-8") if arguments.page.exists() else ""
        part = Part(version, arguments.seed, arguments.count, summary)
        parts = [*load_parts(arguments.page), part]  # read again: others may have run meanwhile
        save_parts(arguments.page, parts)
        arguments.page.write_text(render_page(parts, kept_part(before)), encoding="utf-8")
    return 1 if summary.failures else 0


def _silent(done: int, total: int, what: str) -> None:
    pass


def _show(done: int, total: int, what: str) -> None:
    share = f"{done} of {total} programs, " if total else ""
    print(f"\r\x1b[K{share}{what}", end="", file=sys.stderr, flush=True)


def _text(summary: Summary) -> str:
    lines = [f"seed {failure.seed}: {failure.kind}: {failure.problem}" for failure in summary.failures]
    kinds = ", ".join(f"{count} {kind}" for kind, count in summary.kinds.most_common())
    each = summary.cpu_seconds / max(1, summary.programs)
    lines.append(f"{summary.programs} programs: {kinds}; {summary.cycles} cycles; {each:.2f} s of CPU each")
    return "\n".join(lines)

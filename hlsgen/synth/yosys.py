"""Yosys in a process of its own: an abort of the library or Ctrl-C ends that process, and is a clean error here."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from hlsgen.core.errors import InternalError, UserError
from hlsgen.core.progress import report

Script = Sequence[tuple[str, Sequence[str]]]
"""Steps in order: a label for the progress, and the commands."""


def share_dir() -> Path:
    """The folder of Yosys' own files. Raises a `UserError` when pyosys is not installed."""
    found = importlib.util.find_spec("pyosys")
    if found is None or not found.submodule_search_locations:
        raise UserError("the Python package pyosys is not installed", do="pip install pyosys==0.70")
    return Path(found.submodule_search_locations[0]) / "share"


def run_yosys(script: Script, log: Path) -> None:
    """Run the commands on one empty design; what Yosys prints goes to `log`.

    Raises a `UserError` with Yosys' own words when it refuses the input, `InternalError` when it crashes.
    """
    share_dir()
    command = [sys.executable, "-P", "-m", "hlsgen.synth.worker", str(log)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            with process.stdin as stdin:
                json.dump([list(step) for step in script], stdin)
            for done, label in enumerate(process.stdout):
                report(done, len(script), label.strip())
            code = process.wait()
        except BaseException:
            process.kill()
            raise
    if code:
        printed = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        errors = [line for line in printed.splitlines() if "ERROR:" in line]
        if not errors:
            raise InternalError(f"Yosys ended with status {code}", printed[-20000:])
        place, _, what = errors[-1].partition("ERROR:")
        raise UserError(f"Yosys: {what.strip()}", where=place.strip(" :"))

"""Toy stages for the engine's tests; each appends its name to settings["diary"] so that a test sees what ran."""

from __future__ import annotations

import errno
import os
import subprocess
import time
from pathlib import Path

from hlsgen.core.errors import InternalError, UserError
from hlsgen.core.progress import report
from hlsgen.flow.stage import Facts, Job


def _note(job: Job) -> None:
    with Path(job.settings["diary"]).open("a", encoding="utf-8") as diary:
        diary.write(f"{job.stage}\n")


def write(job: Job) -> Facts:
    """Writes the text of its inputs and of its own setting."""
    _note(job)
    before = "".join((folder / "text").read_text() for folder in job.inputs.values())
    (job.folder / "text").write_text(before + str(job.settings.get(job.stage, job.stage)))
    (job.folder / "unread").write_text(str(time.monotonic()))
    report(1, 2, "half")
    return {"length": len(before)}


def copy_design(job: Job) -> Facts:
    """Writes the text of the file it reads."""
    _note(job)
    (job.folder / "text").write_text((Path(job.settings["design"]) / "file").read_text())
    return {}


def constant(job: Job) -> Facts:
    """Writes the same whatever its setting is."""
    _note(job)
    (job.folder / "text").write_text("constant")
    return {}


def check(job: Job) -> Facts:
    """A check that fails."""
    write(job)
    return {"passed": False}


def user_error(job: Job) -> Facts:
    """Half done when it finds the user's mistake."""
    (job.folder / "text").write_text("half")
    raise UserError("the weights are of wood", where="design.py:3", do="use steel")


def internal_error(job: Job) -> Facts:
    raise InternalError("an invariant is broken")


def bug(job: Job) -> Facts:
    return {"x": 1 // 0}


def crash(job: Job) -> Facts:
    """As when a native library aborts."""
    print("last words", flush=True)
    os.abort()


def disk_full(job: Job) -> Facts:
    raise OSError(errno.ENOSPC, "No space left on device", "big.bin")


def slow(job: Job) -> Facts:
    """Waits for a tool that waits for ever; the tool's process id is in settings["diary"]."""
    tool = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    try:
        Path(job.settings["diary"]).write_text(str(tool.pid))
        report(1, 2, "asleep")
        tool.wait()
    finally:
        tool.kill()
        tool.wait()
    return {}

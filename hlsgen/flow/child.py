"""A stage in a process of its own: a crash of a native library or Ctrl-C ends that process and nothing else.

The parent sends the job as a line of JSON on the child's standard input, which it keeps open as a sign of life, and
reads lines of JSON from a pipe of their own: progress, and at the end either facts or an error. What the child or its
tools print goes to a log file.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from hlsgen.core.errors import InternalError, UserError

from .stage import Facts, Job

_SECONDS_TO_CLEAN_UP = 5.0


class Child:
    """One running stage. `receive` when `fileno` is readable; `facts` once `ended`."""

    def __init__(self, job: Job, log: Path) -> None:
        self.job, self.log = job, log
        self.started = time.monotonic()
        self.ended = False
        self._pending = b""
        self._last: dict[str, Any] = {}
        self._pipe, writer = os.pipe()
        try:
            log.parent.mkdir(exist_ok=True)
            with log.open("wb") as output:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "hlsgen.flow.worker", str(writer)],
                    stdin=subprocess.PIPE,
                    stdout=output,
                    stderr=output,
                    pass_fds=(writer,),
                    start_new_session=True,
                )
        except BaseException:
            os.close(self._pipe)
            raise
        finally:
            os.close(writer)
        assert self._process.stdin is not None
        try:
            # A child that dies at once is reported by `facts`, not by a broken pipe here.
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.write(json.dumps(job.to_json()).encode() + b"\n")
                self._process.stdin.flush()
        except BaseException:
            self.interrupt()
            raise

    def fileno(self) -> int:
        return self._pipe

    def receive(self) -> list[tuple[int, int, str]]:
        """The progress reports that have come in; sets `ended` when there will be no more."""
        data = os.read(self._pipe, 65536)
        if not data:
            self._process.wait()
            self._close()
            return []
        *lines, self._pending = (self._pending + data).split(b"\n")
        messages = [json.loads(line) for line in lines]
        self._last |= {key: value for message in messages for key, value in message.items()}
        return [(done, total, what) for m in messages if "progress" in m for done, total, what in [m["progress"]]]

    def facts(self) -> Facts:
        """What the stage says. Raises the `UserError` or `InternalError` that ended it."""
        match self._last:
            case {"facts": facts}:
                return facts
            case {"user_error": [what, where, do]}:
                raise UserError(what, where=where, do=do)
            case {"internal_error": what}:
                raise InternalError(what)
        code = self._process.returncode
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
        raise InternalError(f"stage {self.job.stage} {how}; what it printed is in {self.log}")

    def interrupt(self) -> None:
        """End it, by Ctrl-C first so that it ends its own tools, and collect it."""
        if self.ended:
            return
        for number, seconds in ((signal.SIGINT, _SECONDS_TO_CLEAN_UP), (signal.SIGKILL, None)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            try:
                self._process.wait(seconds)
                break
            except subprocess.TimeoutExpired:
                continue
        self._close()

    def _close(self) -> None:
        self.ended = True
        os.close(self._pipe)
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

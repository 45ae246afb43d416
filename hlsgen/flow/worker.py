"""The child side of `child`: read a job, do it, report. Run as `python -m hlsgen.flow.worker FD`.

The job is the first line of standard input, which stays open: its end is the parent's end, however that came.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from typing import Any

from hlsgen.core.errors import InternalError, UserError
from hlsgen.core.progress import listening

from .stage import Job

_SECONDS_BETWEEN_REPORTS = 0.05
_SECONDS_TO_CLEAN_UP = 5.0


def main() -> int:
    with os.fdopen(int(sys.argv[1]), "w", buffering=1, encoding="utf-8") as channel:
        last = 0.0

        def send(**message: Any) -> None:
            channel.write(json.dumps(message) + "\n")

        def progress(done: int, total: int, what: str) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last >= _SECONDS_BETWEEN_REPORTS:
                last = now
                send(progress=[done, total, what])

        job = Job.from_json(json.loads(sys.stdin.readline()))
        threading.Thread(target=_end_with_parent, daemon=True).start()
        try:
            with listening(progress):
                send(facts=job.run())
        except UserError as error:
            send(user_error=[error.what, error.where, error.do])
        except OSError as error:
            traceback.print_exc()
            what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
            send(user_error=[what, f"stage {job.stage}", ""])
        except InternalError as error:
            traceback.print_exc()
            send(internal_error=str(error))
        except KeyboardInterrupt:
            return 130
        except Exception as error:
            what = f"stage {job.stage}: {type(error).__name__}: {error}"
            send(internal_error=str(InternalError(what, traceback.format_exc())))
    return 0


def _end_with_parent() -> None:
    # The file descriptor, not sys.stdin: a thread inside a buffered read would hold up the end of the interpreter.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_SECONDS_TO_CLEAN_UP)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())

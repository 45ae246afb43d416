"""Writing so that a failure, a full disk or Ctrl-C leaves what was there before: write beside, then rename."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .errors import UserError


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turns an `OSError` of the body into a `UserError` that names the path and the system's reason."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UserError(
            f"{error.filename or path}: {reason}", do="choose a folder that can be written with --out"
        ) from error


def write_text(path: Path, text: str) -> None:
    """Replaces `path` by `text` in one step. Raises a `UserError` when the disk refuses."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with disk_errors(path):
        try:
            beside.write_text(text, encoding="utf-8")
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Replaces `path` by `value` as indented JSON in one step."""
    write_text(path, json.dumps(value, indent=2) + "\n")


def read_json(path: Path) -> Any:
    """The JSON value in `path`, or None when the file is absent, unreadable or not JSON: a cache is never trusted."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def replace_folder(new: Path, target: Path, keep_old: Path | None = None) -> None:
    """Puts the folder `new` in the place of `target`; the old content is removed, or moved to `keep_old`.

    Both must be on one file system. Ctrl-C waits until the two renames are done; when the second one fails the
    first is undone.
    """
    old = new.with_name(f"{new.name}.old")
    with disk_errors(target), _interrupts_held():
        _remove(old)
        had_target = target.exists()
        if had_target:
            os.replace(target, old)
        try:
            os.replace(new, target)
        except OSError:
            if had_target:
                os.replace(old, target)
            raise
        if had_target and keep_old is not None:
            _remove(keep_old)
            os.replace(old, keep_old)
    _remove(old)


def recover_folder(new: Path, target: Path) -> None:
    """Undoes a `replace_folder(new, target)` that the machine's end cut between its two renames."""
    old = new.with_name(f"{new.name}.old")
    if old.is_dir() and not target.exists():
        with disk_errors(target):
            os.replace(old, target)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds `folder` for this process: a second holder gets a `UserError` at once. Freed by the system on any exit."""
    path = folder / ".lock"
    with disk_errors(folder):
        handle = path.open("w", encoding="utf-8")
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UserError(
                "another hlsgen is at work in this folder", where=str(folder), do="wait for it, or name another --out"
            ) from error
        yield


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(path)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

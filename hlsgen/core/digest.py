"""Content hashes: of values, of files, of folders and of Python packages. Two equal digests mean equal content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def digest_value(value: Any) -> str:
    """The digest of a JSON-able value; the order of keys does not matter."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def digest_files(root: Path, patterns: Iterable[str] = ("**/*",), skip: Iterable[str] = ()) -> str:
    """The digest of the files below `root` that match a glob pattern: their names relative to root, and contents.

    Hidden files and folders, `__pycache__`, and files below a top-level name in `skip` do not count.
    """
    skipped = set(skip)
    found = {path for pattern in patterns for path in root.glob(pattern)}
    whole = hashlib.sha256()
    for relative, path in sorted((path.relative_to(root), path) for path in found):
        hidden = any(part.startswith(".") or part == "__pycache__" for part in relative.parts)
        if hidden or relative.parts[0] in skipped or not path.is_file():
            continue
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{relative.as_posix()}\0{content}\n".encode())
    return whole.hexdigest()

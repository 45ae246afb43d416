"""Is a stage's folder up to date? The key of what it depends on, and the stamp that the last run left in it.

The stamp is part of the folder, so both appear and vanish together. It holds the key, a digest of the outputs, and
what the stage said. A stamp that cannot be read counts as none: a cache is never trusted.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hlsgen.core.atomic import read_json, write_json
from hlsgen.core.digest import digest_files, digest_value
from hlsgen.core.errors import InternalError, UserError
from hlsgen.core.paths import data_dir, package_dir

from .stage import Facts, Outcome, Stage

_STAMP = ".stage.json"
_DATA_FOLDERS = ("templates", "boards", "sim")


@dataclass(frozen=True, slots=True)
class Stamp:
    """key: of the inputs. outputs: digest of what was written. seconds, facts: of the run that wrote it."""

    key: str
    outputs: str
    seconds: float
    facts: Facts

    def outcome(self, stage: Stage) -> Outcome:
        """What the run that left this stamp had to say."""
        return Outcome(stage.name, True, self.seconds, self.facts)


def key_of(stage: Stage, settings: Mapping[str, Any], inputs: Mapping[str, str], out: Path) -> str:
    """The digest of everything that the stage's result depends on.

    inputs: the digest of the outputs of each stage that it needs. out: left out where it lies inside a folder read.
    """
    return digest_value(
        {
            "stage": stage.name,
            "settings": {name: settings[name] for name in stage.settings},
            "inputs": {name: inputs[name] for name in stage.needs},
            "reads": {name: _folder_read(Path(settings[name]), out) for name in stage.reads},
            "code": {name: _code(name) for name in stage.code},
            "tools": {name: _version(name) for name in stage.tools},
        }
    )


def read_stamp(folder: Path) -> Stamp | None:
    """The stamp of the last run, or None. Raises a `UserError` for a folder that no stage has ever written."""
    path = folder / _STAMP
    if folder.exists() and not path.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError("exists and was not written by hlsgen", where=str(folder), do="name another --out")
    match read_json(path):
        case {"key": str(key), "outputs": str(outputs), "seconds": int() | float() as seconds, "facts": dict(facts)}:
            return Stamp(key, outputs, float(seconds), facts)
    return None


def write_stamp(folder: Path, stage: Stage, key: str, seconds: float, facts: Facts) -> Stamp:
    """Marks a folder as complete."""
    stamp = Stamp(key, digest_outputs(folder, stage), round(seconds, 3), facts)
    value = {"key": stamp.key, "outputs": stamp.outputs, "seconds": stamp.seconds, "facts": facts}
    write_json(folder / _STAMP, value)
    return stamp


def digest_outputs(folder: Path, stage: Stage) -> str:
    """The digest of those files of the stage's folder that later stages read."""
    return digest_files(folder, stage.outputs)


def _folder_read(folder: Path, out: Path) -> str:
    inside = out.relative_to(folder).parts[:1] if out.is_relative_to(folder) else ()
    return digest_files(folder, skip=inside)


@cache
def _code(name: str) -> str:
    if name in _DATA_FOLDERS:
        return digest_files(data_dir(name))
    package = package_dir().joinpath(*name.split(".")[1:])
    if not package.is_dir():
        raise InternalError(f"no package is called {name}")
    return digest_files(package)


@cache
def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "missing"

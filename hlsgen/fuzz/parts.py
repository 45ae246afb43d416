"""A campaign in parts, run by commands at different times with different compilers: a JSON file beside the page.

A seed is run in one part only, so that the sum counts no program twice.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import hlsgen
from hlsgen.core.atomic import write_text
from hlsgen.core.errors import UserError

from .campaign import Summary


@dataclass(frozen=True, slots=True)
class Part:
    """version: of the compiler. seed, count: what was asked; the summary has fewer programs after an interruption."""

    version: str
    seed: int
    count: int
    summary: Summary

    @property
    def seeds(self) -> range:
        return range(self.seed, self.seed + self.count)


def data_of(page: Path) -> Path:
    """The file with the parts of a page."""
    return page.with_suffix(".json")


def load_parts(page: Path) -> list[Part]:
    """The parts that are on a page, if any. Raises `UserError` for a file that `save_parts` did not write."""
    path = data_of(page)
    if not path.exists():
        return []
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))["parts"]
        return [Part(each["version"], each["seed"], each["count"], Summary.from_json(each["summary"])) for each in raw]
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"not the parts of a campaign: {error!r}", where=str(path), do="remove the file") from None


def save_parts(page: Path, parts: Sequence[Part]) -> None:
    shown = [asdict(part) | {"summary": part.summary.to_json()} for part in parts]
    write_text(data_of(page), json.dumps({"parts": shown}, indent=1) + "\n")


def check_new(parts: Sequence[Part], seed: int, count: int) -> None:
    """Raises `UserError` for seeds that a part has."""
    if any(part.seed < seed + count and seed < part.seed + part.count for part in parts):
        free = max(part.seeds.stop for part in parts)
        raise UserError("some of these seeds are on the page already", do=f"take --seed {free}, or another page")


def total_of(parts: Sequence[Part]) -> Summary:
    total = Summary()
    for part in parts:
        one = part.summary
        total.programs += one.programs
        total.calls += one.calls
        total.cycles += one.cycles
        total.cpu_seconds += one.cpu_seconds
        total.wall_seconds += one.wall_seconds
        total.kinds += one.kinds
        total.features += one.features
        total.failures += one.failures
    return total


def compiler_version() -> str:
    """The commit, where the package lies in its repository; else the version of the package. Edits are told, but not
    those of the page that the campaign itself writes."""
    root = Path(hlsgen.__file__).parents[1]
    if not (root / ".git").exists():
        return hlsgen.__version__
    try:
        commit = _git(root, "rev-parse", "--short", "HEAD")
        return f"{commit}-dirty" if _git(root, "status", "--porcelain", "--", "hlsgen", "sim") else commit
    except (OSError, subprocess.CalledProcessError):
        return hlsgen.__version__


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

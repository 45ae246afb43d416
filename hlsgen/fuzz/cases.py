"""Failures that are kept: a folder each, with the reduced program and what its test needs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from hlsgen.core.atomic import write_text
from hlsgen.core.errors import UserError
from hlsgen.core.naming import check_identifier

from .batch import Result
from .program import INCLUDES, Port, Program
from .tree import Stmt
from .types import Type

SOURCE, SETTINGS = "kernel.cpp", "case.json"


def save_case(folder: Path, result: Result, *, seed: int, fixed: str = "", now: str = "ok") -> None:
    """Write the program and how it failed.

    seed: of the program that it was reduced from. fixed: by what change. now: what its test has to find, ok or refused.
    """
    program = result.program
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / SOURCE, program.text)
    settings = asdict(program) | {"seed": seed, "kind": result.kind, "problem": result.problem}
    settings |= {"fixed": fixed, "now": now}
    del settings["body"]
    write_text(folder / SETTINGS, json.dumps(settings, indent=2) + "\n")


def load_case(folder: Path) -> Program:
    """The program of a case. Raises `UserError` when a file is not what `save_case` writes."""
    path = folder / SETTINGS
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        text = (folder / SOURCE).read_text(encoding="utf-8").removeprefix(INCLUDES).removesuffix("\n")
        ports = tuple(Port(**(port | {"type": _type(port["type"])})) for port in raw["ports"])
        names = ("name", "calls", "input_seed", "clock_ns", "family", "schedule_seed", "automatic")
        program = Program(
            body=(Stmt(text.replace("$", "").replace("@", "")),), ports=ports, **{name: raw[name] for name in names}
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"not a kept failure: {error!r}", where=str(path), do="remove the folder") from None
    check_identifier(program.name, "top function", str(path))
    return program


def outcome_of(folder: Path) -> str:
    """What the case has to be now."""
    return str(json.loads((folder / SETTINGS).read_text(encoding="utf-8")).get("now", "ok"))


def _type(raw: dict) -> Type:
    fields = tuple((name, _type(type), count) for name, type, count in raw["fields"])
    return Type(raw["text"], raw["kind"], raw["bits"], raw["signed"], fields)

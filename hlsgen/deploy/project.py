"""`make_project`: choose the flow by the board, check that the design fits, write the folder beside, then rename it.

A folder that is not ours is never touched. One that is ours is replaced; if somebody changed or added something there
since (a bitstream, an edited script), it is kept beside.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from hlsgen.core.atomic import disk_errors, read_json, replace_folder, write_json
from hlsgen.core.boards import shortage
from hlsgen.core.errors import UserError
from hlsgen.core.flow_table import load_flow
from hlsgen.synth.nextpnr import require_tools

from . import ecp5, vitis, vivado
from .counters import add_counters
from .design import Design
from .stream_control import add_stream_control
from .stream_ports import in_memory, is_between_streams

MANIFEST = "project.json"


# A flow fills an empty folder and returns facts for people and for `--json`; flow: the board's table `[flow]`.
Write = Callable[[Design, Mapping[str, Any], Path], dict[str, Any]]

FLOWS: dict[str, Write] = {"ecp5": ecp5.write, "vitis": vitis.write, "vivado": vivado.write}


def make_project(design: Design, out: Path) -> dict[str, Any]:
    """Write the project of `design` for its board into the folder `out`; what was made, as a JSON object.

    Raises a `UserError` for a board without a flow, a design that does not fit or has ports that the flow cannot
    connect, and an existing folder that hlsgen did not write.
    """
    flow = load_flow(design.board.name)
    if flow["tool"] not in FLOWS:
        raise UserError(
            f"no flow is called {flow['tool']!r}", where=f"board {design.board.name}", do=f"use {' or '.join(FLOWS)}"
        )
    check_fits(design)
    check_ours(out)
    beside = out.with_name(f".{out.name}.new")
    with disk_errors(out):
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
    try:
        with _wrapped(design, flow) as chosen:
            made = FLOWS[flow["tool"]](chosen, flow, beside)
        facts = {"board": design.board.name, "tool": flow["tool"], **made}
        write_json(beside / MANIFEST, {"written by": "hlsgen project", **facts, "files": _digests(beside)})
        replace_folder(beside, out, _aside(out) if is_changed(out) else None)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return {**facts, "folder": str(out)}


@contextmanager
def _wrapped(design: Design, flow: Mapping[str, Any]) -> Iterator[Design]:
    """The design, with registers around it if software is to call streams, and counters if they are wanted."""
    with tempfile.TemporaryDirectory(prefix="hlsgen-") as scratch:
        if flow["tool"] == "vivado" and design.board.processing_system:
            design = _callable(design, Path(scratch) / "called")
        if design.counters:
            add_counters(design.rtl, Path(scratch) / "counted")
            design = replace(design, rtl=Path(scratch) / "counted")
        yield design


def _callable(design: Design, out: Path) -> Design:
    """A generated design with streams gets registers; others have what they need."""
    interface = read_json(design.cpp / "interface.json") if design.cpp else None
    if not is_between_streams(interface):
        return design
    beats = {port["port"]: port["beats"] for way in ("inputs", "outputs") for port in in_memory(interface)[way]}
    add_stream_control(design.rtl, beats, out)
    return replace(design, rtl=out, has_registers_around=True)


def check_flow(board: str, counters: bool) -> None:
    """Raises a `UserError` when `make_project` for this board needs a tool that is missing here, or cannot count."""
    if load_flow(board)["tool"] != "ecp5":
        return
    require_tools()
    if counters:
        raise UserError("a serial line reads no counters", where=f"board {board}", do="leave --counters out")


def check_fits(design: Design) -> None:
    """Raises a `UserError` that says which resources are short, and by how much."""
    if design.resources is None:
        return
    if short := shortage(design.board.resources, design.resources):
        raise UserError(
            f"does not fit: {', '.join(short)}",
            where=f"board {design.board.name}",
            do="lower --multipliers, choose a smaller format, or a larger board",
        )


def check_ours(out: Path) -> None:
    """Raises a `UserError` when `out` holds something that `hlsgen project` did not write."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise UserError("is there already and is not a folder", where=str(out), do="name another --out")
    if out.is_dir() and any(out.iterdir()) and _files_written(out) is None:
        raise UserError("is a folder that hlsgen project did not write", where=str(out), do="name another --out")


def is_changed(out: Path) -> bool:
    """Whether a project folder has more than, or other than, what was written there."""
    if not out.is_dir():
        return False
    written = _files_written(out)
    # By name first: what an implementation leaves is gigabytes.
    return written is None or {*_files(out)} != {*written} or _digests(out) != written


def _files_written(out: Path) -> dict[str, str] | None:
    manifest = read_json(out / MANIFEST)
    is_ours = isinstance(manifest, dict) and manifest.get("written by") == "hlsgen project"
    return manifest.get("files") if is_ours else None


def _files(folder: Path) -> list[str]:
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in found if name != MANIFEST)


def _digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in _files(folder)}


def _aside(out: Path) -> Path:
    """The first name beside `out` that is free."""
    number = 1
    while (aside := out.with_name(f"{out.name}.kept{number}")).exists():
        number += 1
    return aside

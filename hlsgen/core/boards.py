"""The boards that hlsgen knows, read from `boards/<name>.toml`; every group of figures names its source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import InternalError, UserError
from .paths import data_dir

DEFAULT_BOARD = "kv260"


@dataclass(frozen=True, slots=True)
class Board:
    """A board: its device, what the device holds, a clock to aim at, and its memory.

    family: the delay table and synthesis flow, xc7, xcup or ecp5. silicon: the family that the device is of; another
    one than `family` has no table and flow of its own. lut ... uram: what the device holds.
    memory, memory_gb_per_s: "" and None where no public figure was found. sources: the origin of each group.
    """

    name: str
    title: str
    part: str
    family: str
    board_part: str
    processing_system: str
    clock_ns: float
    lut: int
    ff: int
    dsp: int
    bram36: int
    uram: int
    memory: str
    memory_gb_per_s: float | None
    memory_port_bits: int
    silicon: str
    sources: tuple[tuple[str, str], ...]

    @property
    def resources(self) -> dict[str, int]:
        """What the device holds, by the keys that reports use."""
        return {key: getattr(self, key) for key in ("lut", "ff", "dsp", "bram36", "uram")}


def shortage(held: Mapping[str, float], wanted: Mapping[str, float | None]) -> list[str]:
    """What is wanted of a device and not there, and by how much; empty when everything fits."""
    return [
        f"{key.upper()} {need:,.0f} of {held[key]:,.0f} ({need - held[key]:,.0f} too many)"
        for key, need in wanted.items()
        if key in held and need is not None and need > held[key]
    ]


def board_names() -> tuple[str, ...]:
    """Every known board, in alphabetical order."""
    return tuple(sorted(path.stem for path in data_dir("boards").glob("*.toml")))


def load_board(name: str) -> Board:
    """The board called `name`; capitals and hyphens are as good as small letters and underscores.

    Raises a `UserError` that lists the known boards when there is none of that name.
    """
    known = board_names()
    wanted = name.strip().lower().replace("-", "_")
    if wanted not in known:
        raise UserError(f"no board is called {name!r}", do=f"choose one of {', '.join(known)}")
    path = data_dir("boards") / f"{wanted}.toml"
    try:
        return _read(wanted, path)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise InternalError(f"{path}: not a board file: {error!r}") from error


def _read(name: str, path: Path) -> Board:
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    device, clock, resources, memory = (data[key] for key in ("device", "clock", "resources", "memory"))
    sources = [("device", device["source"]), ("clock", clock["source"]), ("resources", resources["source"])]
    sources += [("memory port", memory["port_source"])]
    if "silicon" in device:
        sources += [("family", device["stand_in"])]
    if "peak_gb_per_s" in memory:
        sources += [("memory", memory["peak_source"])]
    return Board(
        name=name,
        title=data["title"],
        part=device["part"],
        family=device["family"],
        board_part=device["board_part"],
        processing_system=device.get("processing_system", ""),
        clock_ns=float(clock["default_ns"]),
        lut=int(resources["lut"]),
        ff=int(resources["ff"]),
        dsp=int(resources["dsp"]),
        bram36=int(resources["bram36"]),
        uram=int(resources["uram"]),
        memory=memory.get("kind", ""),
        memory_gb_per_s=memory.get("peak_gb_per_s"),
        memory_port_bits=int(memory["port_bits"]),
        silicon=device.get("silicon", device["family"]),
        sources=tuple(sources),
    )

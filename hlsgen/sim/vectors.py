"""Checks of the vector folder: `<port>.hex`, one beat {TLAST, TDATA} a line, and `vectors.json`.

vectors.json: the number of beats under the name of each port, of samples under "samples", and optionally under
"layout" per port the `lanes` of a beat and their `element_bits`, which lets a mismatch name its element.
The simulator reads the files itself; everything that could go wrong there is found here, with a name and a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import UserError
from .signature import Signature

_REMEDY = "run `hlsgen csim` again, which writes the vectors"


@dataclass(frozen=True, slots=True)
class PortVectors:
    """One file of beats. `lanes` and `element_bits` (0: not known) say how elements lie in a beat."""

    beats_per_sample: int
    lanes: int = 0
    element_bits: int = 0


@dataclass(frozen=True, slots=True)
class Vectors:
    """The stimulus and the expected response of `samples` samples, per port."""

    folder: Path
    samples: int
    ports: Mapping[str, PortVectors]


def load_vectors(folder: Path, signature: Signature) -> Vectors:
    """Read vectors.json and check every file that the design's streams need; `UserError` on the first fault."""
    path = folder / "vectors.json"
    try:
        raw = json.loads(path.read_text())
    except FileNotFoundError:
        raise UserError("there is no vectors.json", where=str(folder), do=_REMEDY) from None
    except (OSError, ValueError) as error:
        raise UserError(f"not readable as JSON ({error})", where=str(path), do=_REMEDY) from None
    samples = _count(raw, "samples", path)
    ports: dict[str, PortVectors] = {}
    for stream in signature.streams:
        beats = _count(raw, stream.name, path)
        if beats % samples:
            raise UserError(
                f"port {stream.name!r}: {beats} beats are not a whole number per sample ({samples} samples)",
                where=str(path),
                do=_REMEDY,
            )
        _check_beats(folder / f"{stream.name}.hex", beats, stream.data_bits + 1)
        layout = raw.get("layout", {}).get(stream.name, {})
        ports[stream.name] = PortVectors(beats // samples, layout.get("lanes", 0), layout.get("element_bits", 0))
    return Vectors(folder, samples, ports)


def _count(raw: object, key: str, path: Path) -> int:
    value = raw.get(key) if isinstance(raw, dict) else None
    if not isinstance(value, int) or value < 1:
        raise UserError(f"no number of beats or samples under {key!r}", where=str(path), do=_REMEDY)
    return value


def _check_beats(path: Path, beats: int, width_bits: int) -> None:
    """`path` must hold `beats` lines, each one hex number below 2**width_bits."""
    try:
        lines = path.read_text(encoding="ascii").split()
    except FileNotFoundError:
        raise UserError("the file is missing", where=str(path), do=_REMEDY) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"not readable ({error})", where=str(path), do=_REMEDY) from None
    if len(lines) != beats:
        raise UserError(f"{len(lines)} beats, but vectors.json says {beats}", where=str(path), do=_REMEDY)
    # Whole digits by pattern; the digit that may be partly used by value. Both run at C speed.
    digits = -(-width_bits // 4)
    good = re.compile(rf"0*[0-9a-fA-F]{{1,{digits}}}\Z").match
    for number, line in enumerate(lines, start=1):
        if not good(line) or int(line, 16) >> width_bits:
            raise UserError(f"{line[:40]!r} is not a beat of {width_bits} bits", where=f"{path}:{number}", do=_REMEDY)

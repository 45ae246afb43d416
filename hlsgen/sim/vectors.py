"""Checks of the vector folder: `<port>.hex`, one beat {TLAST, TDATA} a line, and `vectors.json`.

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
    ports: dict[str, PortVectors] = {}
    counts: set[int] = set()
    for stream in signature.streams:
        try:
            entry = raw[stream.name]
            beats, samples = int(entry["beats"]), int(entry["samples"])
            layout = int(entry.get("lanes", 0)), int(entry.get("element_bits", 0))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise UserError(f"nothing usable about port {stream.name!r}", where=str(path), do=_REMEDY) from None
        if samples < 1 or beats < 1 or beats % samples:
            raise UserError(
                f"port {stream.name!r}: {beats} beats are not a whole number per sample ({samples} samples)",
                where=str(path),
                do=_REMEDY,
            )
        _check_beats(folder / f"{stream.name}.hex", beats, stream.data_bits + 1)
        ports[stream.name] = PortVectors(beats // samples, *layout)
        counts.add(samples)
    if len(counts) != 1:
        raise UserError(f"the ports disagree on the number of samples: {sorted(counts)}", where=str(path), do=_REMEDY)
    return Vectors(folder, counts.pop(), ports)


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

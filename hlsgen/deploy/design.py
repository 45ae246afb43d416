"""What every flow is given: the RTL of a design, what it came from, and the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hlsgen.core.boards import Board


@dataclass(frozen=True, slots=True)
class Design:
    """What a project is made of. rtl: a folder with signature.json and the Verilog.

    cpp: a folder with the HLS C++ that the RTL came from (`src/`, `tb/`, and for a generated design `interface.json`),
    or None. vectors: its test vectors, or None. resources: lut, ff, ... as estimated, or None when nobody asked.
    """

    rtl: Path
    board: Board
    clock_ns: float
    cpp: Path | None = None
    vectors: Path | None = None
    resources: Mapping[str, float] | None = None

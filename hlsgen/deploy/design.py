"""What every flow is given: the RTL of a design, what it came from, and the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt, prod
from pathlib import Path

import numpy as np

from hlsgen.arch import Timing
from hlsgen.core.boards import Board


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """What a user tries an overlay with: inputs by name (samples, *shape), output codes of golden, labels or None."""

    inputs: Mapping[str, np.ndarray]
    outputs: np.ndarray
    labels: np.ndarray | None = None

    @property
    def image_shape(self) -> tuple[int, int] | None:
        """Of the only input, when it can be shown as a grey picture."""
        if len(self.inputs) != 1:
            return None
        shape = next(iter(self.inputs.values())).shape[1:]
        side = isqrt(prod(shape))
        if len(shape) == 1 and side > 1 and side * side == shape[0]:
            return side, side
        return (shape[0], shape[1]) if len(shape) == 2 or (len(shape) == 3 and shape[2] == 1) else None

    def arrays(self) -> dict[str, np.ndarray]:
        """As the notebook reads them."""
        given = {f"input_{name}": array for name, array in self.inputs.items()}
        return {**given, "golden": self.outputs, **({} if self.labels is None else {"labels": self.labels})}


@dataclass(frozen=True, slots=True)
class Design:
    """What a project is made of. rtl: a folder with signature.json and the Verilog.

    cpp: a folder with the HLS C++ that the RTL came from (`src/`, `tb/`, and for a generated design `interface.json`),
    or None. vectors: its test vectors, or None. samples: for the notebook, or None. resources: lut, ff, ... as
    estimated, or None when nobody asked. timing: as predicted, by which a driver waits, or None. counters: put
    performance counters around it. has_registers_around: those of `rtl` are made by a wrapper that the C++ knows
    nothing of. checks: sentences on what was simulated, for the README.
    """

    rtl: Path
    board: Board
    clock_ns: float
    cpp: Path | None = None
    vectors: Path | None = None
    resources: Mapping[str, float] | None = None
    samples: Samples | None = None
    timing: Timing | None = None
    counters: bool = False
    has_registers_around: bool = False
    checks: tuple[str, ...] = ()

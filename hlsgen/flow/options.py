"""What the user may choose for a build, checked before anything is written, and the settings that stages see."""

from __future__ import annotations

import math
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from hlsgen.arch import PATTERNS
from hlsgen.arch.memory import DEFAULT_LATENCY_CYCLES, check_memory
from hlsgen.core.boards import DEFAULT_BOARD, load_board
from hlsgen.core.errors import UserError
from hlsgen.model import parse_policy

IO = ("stream", "axi")
WEIGHTS = ("baked", "loaded")


@dataclass(frozen=True, slots=True)
class Options:
    """The choices for one build. design: a folder with design.py, or the file.

    multipliers: the budget, by default the pattern's choice. pipelines: heads of an attention at a time.
    clock_ns: the target period, by default the board's. io: how tensors come and go, as streams or from memory; axi_*:
    of the masters, see `arch.memory`. weights: baked into the design, or loaded from memory at run time.
    out: the output folder, by default build/<design>-<pattern>-<format>. seed: of the stalls in cosimulation.
    """

    design: Path
    board: str = DEFAULT_BOARD
    pattern: str = "dataflow"
    format: str = "Int8"
    multipliers: int | None = None
    pipelines: int = 1
    clock_ns: float | None = None
    io: str = "stream"
    axi_width_bits: int | None = None
    axi_latency: int | None = None
    weights: str = "baked"
    out: Path | None = None
    seed: int = 1
    waves: bool = False

    @property
    def folder(self) -> Path:
        """The folder of the design."""
        return self.design.parent if self.design.is_file() else self.design

    @property
    def output(self) -> Path:
        """The folder that the build fills."""
        if self.out is not None:
            return self.out
        parts = [self.folder.resolve().name, self.pattern, slug(self.format)]
        parts += ["axi"] if self.io == "axi" else []
        parts += ["loaded"] if self.weights == "loaded" else []
        return Path("build") / "-".join(parts)

    def settings(self) -> dict[str, Any]:
        """The values that the stages depend on. Raises a `UserError` for the first choice that is not possible."""
        board = load_board(self.board)
        if self.pattern not in PATTERNS:
            raise UserError(f"no pattern is called {self.pattern!r}", do=f"choose one of {', '.join(PATTERNS)}")
        policy = parse_policy(self.format)
        if self.multipliers is not None and self.multipliers < 1:
            raise UserError(f"a budget of {self.multipliers} multipliers", where="--multipliers", do="use at least 1")
        if self.pipelines < 1:
            raise UserError(f"{self.pipelines} pipelines", where="--pipelines", do="use at least 1")
        if self.io not in IO:
            raise UserError(f"no way in and out is called {self.io!r}", where="--io", do=f"choose {' or '.join(IO)}")
        for option, value in (("--axi-width-bits", self.axi_width_bits), ("--axi-latency", self.axi_latency)):
            if value is not None and self.io != "axi":
                raise UserError("is for AXI masters", where=option, do="use it with --io axi")
        self._check_weights()
        latency = DEFAULT_LATENCY_CYCLES if self.axi_latency is None else self.axi_latency
        check_memory(self.axi_width_bits, latency)
        clock_ns = board.clock_ns if self.clock_ns is None else self.clock_ns
        if not (math.isfinite(clock_ns) and clock_ns > 0):
            raise UserError(f"a clock period of {clock_ns} ns", where="--clock", do="use a positive number of ns")
        if self.output.resolve() == self.folder.resolve():
            raise UserError("is the design itself", where=str(self.output), do="name another --out")
        return {
            "design": str(self.folder.resolve()),
            "board": asdict(replace(board, clock_ns=clock_ns)),
            "pattern": self.pattern,
            "format": str(policy),
            "multipliers": self.multipliers,
            "pipelines": self.pipelines,
            "io": self.io,
            "axi_width_bits": self.axi_width_bits,
            "axi_latency": latency,
            "weights": self.weights,
            "clock_ns": clock_ns,
            "family": board.family,
            "seed": self.seed,
            "waves": self.waves,
        }

    def _check_weights(self) -> None:
        if self.weights not in WEIGHTS:
            raise UserError(f"no weights are {self.weights!r}", where="--weights", do=f"choose {' or '.join(WEIGHTS)}")
        if self.weights == "baked":
            return
        if self.pattern in ("swat", "spilled"):
            raise UserError(
                f"a design of the pattern {self.pattern} has no weights to load", where="--weights", do="leave it out"
            )
        if self.io != "axi":
            raise UserError("loaded weights come from memory", where="--weights", do="use it with --io axi")


def slug(text: str) -> str:
    """`text` as a part of a file name: Fixed(16,6) -> fixed_16_6."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")

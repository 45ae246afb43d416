"""The synthesis estimate: LUT, FF, DSP, BRAM, URAM per module, and the delay of the longest path through cells.

In: Verilog files, top module, family. Out: `Estimate`, also as JSON. Everything is an estimate: Yosys is not Vivado,
the delays are those of 7-series or ECP5 cells without any routing (see `flows`, `cell_timing`, `ecp5_cells`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hlsgen.core.atomic import write_text
from hlsgen.core.errors import InternalError, UserError

from . import cell_timing, ecp5_cells
from .counts import ModuleCount, Resources, count_design, total
from .flows import FAMILIES, cells_folder, counting, synthesis, timing
from .yosys import run_yosys, share_dir


@dataclass(frozen=True, slots=True)
class Estimate:
    """What Yosys makes of the design. delay_ns: cells only; path: the cells of the longest path, last first."""

    top: str
    family: str
    resources: Resources
    delay_ns: float
    path: tuple[str, ...]
    modules: tuple[ModuleCount, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def estimate(sources: Sequence[Path], top: str, family: str, work: Path) -> Estimate:
    """Synthesise `top` out of context. work: an existing folder for Yosys' log and reports.

    Raises a `UserError` for a family without a flow, for missing files, and for Verilog that Yosys refuses.
    """
    if family not in FAMILIES:
        raise UserError(f"no synthesis flow for family {family!r}", do=f"choose a board of {', '.join(FAMILIES)}")
    missing = [str(path) for path in sources if not path.is_file()]
    if missing or not sources:
        raise UserError(f"no such Verilog file: {', '.join(missing) or '(none given)'}")
    statistics, paths, library = work / "cells.json", work / "timing.txt", work / "cell_timing.v"
    cells = share_dir() / cells_folder(family)
    arcs = (ecp5_cells if family == "ecp5" else cell_timing).ARCS
    texts = "".join(path.read_text() for path in sorted(cells.glob("*.v*")))
    write_text(library, cell_timing.timing_library(texts, arcs))
    script = synthesis([path.resolve() for path in sources], top, family) + counting(statistics)
    run_yosys(script + timing(family, library, paths, list(arcs)), work / "yosys.log")
    modules = count_design(_last_object(statistics.read_text(encoding="utf-8")), top)
    delay_ns, path = _longest_path(paths.read_text(encoding="utf-8"))
    return Estimate(top, family, total(modules), delay_ns, path, modules)


def _last_object(text: str) -> dict[str, Any]:
    try:
        return json.loads(text[text.index("{") :])
    except ValueError as error:
        raise InternalError("Yosys' statistics are not JSON", text) from error


def _longest_path(report: str) -> tuple[float, tuple[str, ...]]:
    """The arrival time in ns and the cells of the path; 0.0 for a design without any."""
    found = re.search(r"^Latest arrival time in '.*' is (\d+):$", report, re.MULTILINE)
    if found is None:
        return 0.0, ()
    cells = re.findall(r"^\s+(\d+) \S.*\((\w+)\.(\S+)\)$", report, re.MULTILINE)
    return int(found.group(1)) / 1000, tuple(f"{time} ps {cell}.{arc}" for time, cell, arc in cells)

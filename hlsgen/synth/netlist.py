"""The mapped netlist of a design as Verilog, with the cells that it uses: to simulate what synthesis made of it.

Yosys' library has functional models of all cells that its xc7 flow maps to, but for RAMB18E1 and RAMB36E1, which are
empty: with `block_ram=False` such memories become LUT RAM.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from hlsgen.core.errors import InternalError

from .flows import counting, synthesis
from .yosys import run_yosys, share_dir

FAMILY = "xc7"


def write_netlist(
    sources: Sequence[Path], top: str, netlist: Path, work: Path, *, block_ram: bool = True
) -> dict[str, int]:
    """Synthesise `top` for 7 series into the file `netlist`; cells by name. work: a folder for Yosys' log."""
    script = synthesis([path.resolve() for path in sources], top, FAMILY)
    if not block_ram:
        script = [(label, [_without_block_ram(command) for command in commands]) for label, commands in script]
        script.insert(1, ("storage", ["setattr -unset ram_style m:*"]))
    statistics = work / "netlist_cells.json"
    script += [("flatten", ["flatten -noscopeinfo", "opt_clean"]), *counting(statistics)]
    run_yosys([*script, ("write", [f'write_verilog -noattr "{netlist}"'])], work / "netlist.log")
    text = statistics.read_text(encoding="utf-8")
    try:
        return dict(json.loads(text[text.index("{") :])["design"]["num_cells_by_type"])
    except (ValueError, KeyError) as error:
        raise InternalError("Yosys' statistics are not as expected", text) from error


def _without_block_ram(command: str) -> str:
    return command.replace("synth_xilinx ", "synth_xilinx -nobram ", 1)


def cell_models() -> Path:
    """Yosys' own models of the cells."""
    return share_dir() / "xilinx" / "cells_sim.v"

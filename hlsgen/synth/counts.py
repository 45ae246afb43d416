"""From cells to resources: how many LUTs, flip-flops, DSPs and memories the cells of a netlist take.

In: what `stat -json` says. Out: `Resources` of each module and of the design, modules counted by their instances.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from hlsgen.core.errors import InternalError

# LUT sites per cell: UG474 (7 series) and UG574 (UltraScale), the tables of distributed RAM. No pairing of small LUTs.
_LUT_SITES = {
    **{f"LUT{inputs}": 1 for inputs in range(1, 7)},
    **dict.fromkeys(["INV", "SRL16E", "SRLC16E", "SRLC32E", "RAM32X1S", "RAM64X1S"], 1),
    **dict.fromkeys(["RAM32X1D", "RAM64X1D", "RAM128X1S"], 2),
    **dict.fromkeys(["RAM32M", "RAM64M", "RAM128X1D", "RAM256X1S"], 4),
    **{"CCU2C": 2, "TRELLIS_DPR16X4": 6},  # ECP5, as nextpnr places them
    **dict.fromkeys(["RAM32M16", "RAM64M8", "RAM256X1D", "RAM512X1S", "RAM32X16DR8", "RAM64X8SW"], 8),
}
_FLIP_FLOPS = frozenset(f"{kind}{edge}" for kind in ("FDRE", "FDSE", "FDCE", "FDPE", "LDCE") for edge in ("", "_1")) | {
    "TRELLIS_FF"
}
_BRAM36 = {"RAMB36E1": 1.0, "RAMB36E2": 1.0, "RAMB18E1": 0.5, "RAMB18E2": 0.5, "DP16KD": 0.5}
# Parts of a slice that come with the LUTs, and cells without a site of their own.
_FREE = frozenset(
    [
        "CARRY4",
        "CARRY8",
        "MUXF5",
        "MUXF6",
        "MUXF7",
        "MUXF8",
        "MUXF9",
        "GND",
        "VCC",
        "BUFG",
        "$scopeinfo",
        "PFUMX",
        "L6MUX21",
    ]
)


@dataclass(frozen=True, slots=True)
class Resources:
    """What a netlist takes. bram36: a half block counts 0.5."""

    lut: int = 0
    ff: int = 0
    dsp: int = 0
    bram36: float = 0.0
    uram: int = 0

    def times(self, count: int) -> Resources:
        """That of `count` instances."""
        return Resources(*(getattr(self, field.name) * count for field in fields(self)))

    def __add__(self, other: Resources) -> Resources:
        return Resources(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True)
class ModuleCount:
    """A module of the design: how often it stands there, and what one of them takes without its submodules."""

    name: str
    instances: int
    each: Resources


def resources_of(cells: Mapping[str, int]) -> Resources:
    """What these cells (type: how many) take. Raises `InternalError` for a type it does not know."""
    total = Counter[str]()
    for cell, count in cells.items():
        if cell in _LUT_SITES:
            total["lut"] += _LUT_SITES[cell] * count
        elif cell in _FLIP_FLOPS:
            total["ff"] += count
        elif cell.startswith("DSP48E") or cell == "MULT18X18D":
            total["dsp"] += count
        elif cell in _BRAM36:
            total["bram18"] += int(2 * _BRAM36[cell]) * count
        elif cell.startswith("URAM288"):
            total["uram"] += count
        elif cell not in _FREE:
            raise InternalError(f"the netlist holds {count} cells of unknown type {cell}")
    return Resources(total["lut"], total["ff"], total["dsp"], total["bram18"] / 2, total["uram"])


def count_design(statistics: Mapping[str, Any], top: str) -> tuple[ModuleCount, ...]:
    """The modules of the design under `top`, itself first, each with its instances in the whole design."""
    cells = {name.removeprefix("\\"): _cells(module) for name, module in statistics["modules"].items()}
    instances = Counter[str]()
    order: list[str] = []

    def visit(name: str, count: int) -> None:
        if name not in instances:
            order.append(name)
        instances[name] += count
        for cell, number in cells[name].items():
            if cell in cells:
                visit(cell, count * number)

    visit(top, 1)
    return tuple(
        ModuleCount(
            readable(name),
            instances[name],
            resources_of({cell: count for cell, count in cells[name].items() if cell not in cells}),
        )
        for name in order
    )


def _cells(module: Mapping[str, Any]) -> dict[str, int]:
    return {name.removeprefix("\\"): count for name, count in module["num_cells_by_type"].items()}


def total(modules: tuple[ModuleCount, ...]) -> Resources:
    """What the whole design takes."""
    return sum((module.each.times(module.instances) for module in modules), Resources())


def readable(name: str) -> str:
    """The name of a Yosys module with parameters as people write it: fifo(WIDTH=8)."""
    found = re.match(r"\$paramod(?:\$[0-9a-f]+)?\\(\w+)((?:\\\w+=[^\\]*)*)", name)
    if found is None:
        return name
    pairs = re.findall(r"\\(\w+)=([^\\]*)", found.group(2))
    return f"{found.group(1)}({', '.join(f'{key}={_number(value)}' for key, value in pairs)})"


def _number(value: str) -> str:
    bits = re.search(r"'([01]+)$", value)
    return str(int(bits.group(1), 2)) if bits else value

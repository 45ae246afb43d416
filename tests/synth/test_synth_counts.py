"""From cells to resources, without Yosys."""

from __future__ import annotations

import pytest

from hlsgen.core.errors import InternalError
from hlsgen.synth.cell_timing import ARCS, timing_library
from hlsgen.synth.counts import ModuleCount, Resources, count_design, readable, resources_of, total


def test_cells_to_resources() -> None:
    cells = {"LUT1": 1, "LUT6": 2, "FDRE": 5, "FDSE": 1, "DSP48E1": 2, "DSP48E2": 1, "RAMB18E2": 3, "RAMB36E1": 1}
    cells |= {"URAM288": 2, "RAM32M16": 1, "SRL16E": 4, "CARRY4": 9, "MUXF7": 3}
    assert resources_of(cells) == Resources(lut=3 + 8 + 4, ff=6, dsp=3, bram36=2.5, uram=2)


def test_an_unknown_cell_is_never_ignored() -> None:
    with pytest.raises(InternalError, match="holds 2 cells of unknown type MAGIC"):
        resources_of({"MAGIC": 2})


def test_instances_multiply_down_the_hierarchy() -> None:
    def module(**cells: int) -> dict[str, dict[str, int]]:
        return {"num_cells_by_type": cells}

    statistics = {
        "modules": {
            "\\leaf": module(LUT2=10, FDRE=1),
            "\\pair": module(leaf=2, LUT1=1),
            "\\top": module(pair=3, leaf=1),
            "\\unused": module(LUT6=1000),
        }
    }
    modules = count_design(statistics, "top")
    assert modules == (
        ModuleCount("top", 1, Resources()),
        ModuleCount("pair", 3, Resources(lut=1)),
        ModuleCount("leaf", 7, Resources(lut=10, ff=1)),
    )
    assert total(modules) == Resources(lut=73, ff=7)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain", "plain"),
        ("$paramod\\fifo\\WIDTH=s32'00000000000000000000000000001000", "fifo(WIDTH=8)"),
        ("$paramod$0123abcd\\fifo", "fifo()"),
        ("$paramod\\fifo\\WIDTH=s32'00000000000000000000000000001000\\DEPTH=2'11", "fifo(WIDTH=8, DEPTH=3)"),
    ],
)
def test_readable_names(name: str, text: str) -> None:
    assert readable(name) == text


def test_a_yosys_without_our_cells_is_noticed() -> None:
    with pytest.raises(InternalError, match="has no RAMB18E2"):
        timing_library("module RAMB36E2(A);\nendmodule\n", ARCS)
    cells = "".join(f"module {name}(A);\ninput A;\nendmodule\n" for name in ARCS)
    assert timing_library(cells, ARCS).count("endspecify") == len(ARCS)

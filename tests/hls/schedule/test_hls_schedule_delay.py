"""The delay tables: read, interpolated, extrapolated, and refused when they do not know."""

from __future__ import annotations

import json

import pytest

from hlsgen.core.errors import InternalError, UserError
from hlsgen.core.paths import data_dir
from hlsgen.hls.schedule import DelayTable, unit


@pytest.mark.parametrize("family", ["xc7", "xcup", "ecp5"])
def test_tables_say_where_they_come_from(family: str) -> None:
    content = json.loads((data_dir("boards") / family / "delay.json").read_text(encoding="utf-8"))
    assert content["family"] == family
    assert {"tool", "date", "script", "cells", "method"} <= content["source"].keys()
    assert "allowance" in content["net"]["source"]
    assert all(entry["source"] and entry["points"] for entry in content["operators"].values())


@pytest.mark.parametrize("family", ["xc7", "xcup", "ecp5"])
def test_figures_are_plausible(family: str) -> None:
    table = DelayTable.load(family)
    content = json.loads((data_dir("boards") / family / "delay.json").read_text(encoding="utf-8"))
    hop = content["net"]["hop_ns"] * table.net_factor
    point = next(p for p in content["operators"]["add"]["points"] if p["width_bits"] == 32)
    assert table.delay_ns("add", 32) == pytest.approx(point["cell_ns"] + hop * point["hops"])
    for kind in ("add", "sub", "icmp", "shl", "lshr", "ashr", "reduce", "leading_one"):
        delays = [table.delay_ns(kind, width) for width in range(1, 130)]
        assert delays == sorted(delays) and delays[0] > 0
    assert table.delay_ns("add", 24) == pytest.approx((table.delay_ns("add", 16) + table.delay_ns("add", 32)) / 2)
    step = table.delay_ns("add", 64) - table.delay_ns("add", 63)
    assert table.delay_ns("add", 65) - table.delay_ns("add", 64) == pytest.approx(step)
    assert table.delay_ns("wiring", 32) == table.delay_ns("not", 32) == 0.0
    assert table.delay_ns("mux", 8, 16) > table.delay_ns("mux", 8, 4)
    assert table.memory("rom", 1024).address_setup_ns > table.memory("rom", 16).address_setup_ns
    assert table.memory("bram", 1024).clock_to_out_ns > table.clk_to_q_ns
    assert table.memory("lutram", 64).data_setup_ns > 0


def test_products_follow_the_rule_of_the_synthesis_flow() -> None:
    table = DelayTable.load("xc7")
    assert not table.uses_dsp(4, 4) and table.uses_dsp(4, 5) and table.uses_dsp(2, 7) and not table.uses_dsp(1, 30)
    assert table.delay_ns("mul", 4, 4) == table.delay_ns("mul_lut", 4, 4)
    assert table.delay_ns("mul", 8, 8) == table.delay_ns("mul", 18, 25) == pytest.approx(table.dsp.combinational_ns)
    assert table.delay_ns("mul", 8) == table.delay_ns("mul", 8, 8)
    assert table.delay_ns("mul", 25, 18) < table.delay_ns("mul", 32, 32) < table.delay_ns("mul", 100, 100)
    assert DelayTable.load("xcup").delay_ns("mul", 27, 18) < DelayTable.load("xcup").delay_ns("mul", 28, 18)


def test_unit_table() -> None:
    table = unit()
    assert table.delay_ns("add", 64) == table.delay_ns("mul", 64, 64) == table.delay_ns("mux", 8, 64) == 1.0
    assert table.delay_ns("wiring", 64) == table.clk_to_q_ns == table.setup_ns == 0.0
    assert table.memory("bram", 9).clock_to_out_ns == 0.0


def test_what_a_table_does_not_know() -> None:
    with pytest.raises(InternalError, match="the delay table of unit has no operator 'fdiv'"):
        unit().delay_ns("fdiv", 32)
    with pytest.raises(InternalError, match="the delay table of unit has no memory 'tape'"):
        unit().memory("tape", 32)
    for family in ("stratix", "../xc7", ""):
        with pytest.raises(UserError, match=r"no delay table for the device family .*; use one of ecp5, xc7, xcup, or"):
            DelayTable.load(family)

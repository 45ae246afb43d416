"""Kernels of any shape: the block design that the script makes is the planned one, complete and without overlaps."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hlsgen.core.boards import load_board
from hlsgen.core.errors import UserError
from hlsgen.deploy.block_design import block_design
from hlsgen.deploy.kernel import Kernel, load_kernel
from hlsgen.deploy.packaging import package
from hlsgen.deploy.processors import processor_of
from hlsgen.deploy.render import write_template

tkinter = pytest.importorskip("tkinter", reason="needs the Tcl of Python's standard library (no display)")
from vivado_model import Component, Vivado  # noqa: E402

BOARDS = {"pynq_z1": 0x4000_0000, "zcu111": 0xA000_0000, "vpk180": 0xA400_0000}
CTRL = {"name": "CTRL", "offset": 0, "bits": 32, "role": "ctrl", "argument": "", "access": "RW"}


def stream(number: int, way: str, bits: int) -> dict[str, Any]:
    ports = {role: f"{way}{number}_T{role.upper()}" for role in ("data", "last", "valid", "ready")}
    return {"name": f"{way}{number}", "direction": way, "data_bits": bits, "ports": ports}


@st.composite
def kernels(draw: st.DrawFn, folder: Path) -> Kernel:
    bits = st.sampled_from([32, 64, 128, 256, 512])
    masters = [
        {"name": f"m_axi_g{n}", "data_bits": draw(bits), "address_bits": 64} for n in range(draw(st.integers(0, 21)))
    ]
    streams = [stream(n, "in", draw(bits)) for n in range(draw(st.integers(0, 3)))]
    streams += [stream(n, "out", draw(bits)) for n in range(draw(st.integers(0, 3)))]
    slaves = [
        {"name": f"s_axi_{n}", "address_bits": draw(st.integers(4, 22)), "registers": [], "interrupt": ""}
        for n in range(draw(st.integers(0, 3)))
    ]
    if masters or not streams or draw(st.booleans()):
        slaves = [
            {"name": "s_axi_control", "address_bits": 7, "registers": [CTRL], "interrupt": "interrupt"},
            *slaves,
        ]
    control = draw(st.sampled_from(["ap_ctrl_hs", "ap_ctrl_chain"]))
    head = {"version": 2, "top": "net", "clock": "ap_clk", "reset": "ap_rst_n", "reset_active_low": True}
    more = {"clock_ns": 5.0, "control": control, "files": [], "arguments": []}
    parts = {"streams": streams, "axilite": slaves, "axi_masters": masters}
    (folder / "signature.json").write_text(json.dumps({**head, **more, **parts}))
    return load_kernel(folder)


def component(kernel: Kernel) -> Component:
    """What `ip.tcl` would have made of it."""
    ip = package(kernel)
    buses: dict[str, dict[str, Any]] = {
        bus.name: {
            "bus_type_vlnv": f"xilinx.com:{bus.library}:{bus.kind}:1.0",
            "interface_mode": bus.mode,
            "signals": dict(bus.signals),
        }
        for bus in ip.buses
    }
    for master, space in ip.spaces:
        buses[master]["master_address_space_ref"] = space
    for slave in kernel.slaves:
        buses[slave.name]["slave_memory_map_ref"] = slave.name
    maps = {slave.name: {"Reg": {}} for slave in kernel.slaves}
    return Component({}, dict.fromkeys(kernel.pins, "input"), buses, {}, maps)


@settings(max_examples=25, deadline=None)
@given(st.data(), st.sampled_from(sorted(BOARDS)))
def test_any_kernel_is_connected_whole(data: st.DataObject, name: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        kernel = data.draw(kernels(folder))
        design = block_design(kernel, processor_of(load_board(name).processing_system, {}))
        write_template(folder, "bd.tcl", "vivado/bd.tcl.j2", design=design)
        run = Vivado()
        run.components[kernel.vlnv] = component(kernel)
        run.source(folder / "bd.tcl")  # which ends with what Vivado checks of pins, interfaces and addresses
        assert run.validated
    assert {tuple(link) for link in run.links} == set(design.links)
    assert run.windows == [(w.space, w.segment, w.base, w.size) for w in design.windows]
    assert all(BOARDS[name] <= base for _, _, base, _ in run.windows)
    engines = max(len(kernel.inputs), len(kernel.outputs))
    assert sum(found.vlnv.startswith("xilinx.com:ip:axi_dma:") for found in run.cells.values()) == engines
    spaces = {space for space, _ in run.reaches}
    assert len(spaces) == len(kernel.masters) + len(kernel.streams)


def test_an_engine_realigns_as_far_as_it_can(tmp_path: Path) -> None:
    head = {"version": 2, "top": "net", "clock": "ap_clk", "reset": "ap_rst_n", "reset_active_low": True}
    streams = [stream(0, "in", 512), stream(1, "in", 1024), stream(0, "out", 8)]
    more = {"clock_ns": 5.0, "control": "ap_ctrl_hs", "files": [], "arguments": [], "streams": streams}
    (tmp_path / "signature.json").write_text(json.dumps({**head, **more}))
    design = block_design(load_kernel(tmp_path), processor_of("processing_system7", {}))
    found = [dict(design.cell(f"axi_dma_{number}").settings) for number in range(2)]
    assert [each["c_include_mm2s_dre"] for each in found] == ["1", "0"]
    assert found[0]["c_include_s2mm_dre"] == "1" and found[0]["c_m_axi_s2mm_data_width"] == "32"
    assert found[1]["c_include_s2mm"] == "0" and all(each["c_include_sg"] == "0" for each in found)


def test_what_software_does_not_reach_is_refused(tmp_path: Path) -> None:
    head = {"version": 2, "top": "net", "clock": "ap_clk", "reset": "ap_rst_n", "reset_active_low": True}
    more = {"clock_ns": 5.0, "control": "ap_ctrl_none", "files": [], "arguments": [], "streams": []}
    (tmp_path / "signature.json").write_text(json.dumps({**head, **more}))
    with pytest.raises(UserError, match="which software does not reach"):
        block_design(load_kernel(tmp_path), processor_of("processing_system7", {}))

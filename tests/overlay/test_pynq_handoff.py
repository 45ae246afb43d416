"""pynq reads our handoff as it reads Vivado's: blocks, addresses, registers, interrupts and DMA engines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pynqmetadata.frontends import Metadata
from pynqmetadata.views.runtime import RuntimeMetadataParser

from hlsgen.deploy.block_design import block_design
from hlsgen.deploy.hwh import handoff
from hlsgen.deploy.kernel import Kernel, load_kernel
from hlsgen.deploy.processors import processor_of

SYSTEMS = ("processing_system7", "zynq_ultra_ps_e", "versal_cips")
FIRST_IRQ = {"processing_system7": 61, "zynq_ultra_ps_e": 121, "versal_cips": 116}


def kernel_of(folder: Path, **parts: Any) -> Kernel:
    """A kernel by its signature alone."""
    head = {"version": 2, "top": "net", "clock": "ap_clk", "reset": "ap_rst_n", "reset_active_low": True}
    nothing: dict[str, list[Any]] = {"files": [], "streams": [], "arguments": [], "axilite": [], "axi_masters": []}
    folder.mkdir()
    signature = {**head, "clock_ns": 5.0, "control": "ap_ctrl_hs", **nothing, **parts}
    (folder / "signature.json").write_text(json.dumps(signature))
    return load_kernel(folder)


def slave(name: str = "s_axi_control", control: bool = True) -> dict[str, Any]:
    own = [("CTRL", 0, 32, "ctrl"), ("GIER", 4, 1, "gie"), ("IP_IER", 8, 2, "ier"), ("IP_ISR", 12, 2, "isr")]
    data = [("pointer", 16, 64, "offset"), ("count", 28, 17, "data"), ("wide", 36, 96, "data"), ("flag", 52, 1, "data")]
    registers = [
        {"name": name, "offset": offset, "bits": bits, "role": role, "argument": name, "access": "RW"}
        for name, offset, bits, role in (own if control else []) + data
    ]
    return {"name": name, "address_bits": 6, "registers": registers, "interrupt": "interrupt" if control else ""}


def stream(name: str, way: str) -> dict[str, Any]:
    ports = {role: f"{name}_T{role.upper()}" for role in ("data", "keep", "last", "valid", "ready")}
    return {"name": name, "direction": way, "data_bits": 64, "ports": ports}


def parsed(kernel: Kernel, system: str, folder: Path) -> Any:
    path = folder / f"{system}.hwh"
    path.write_text(handoff(block_design(kernel, processor_of(system, {}))))
    return RuntimeMetadataParser(Metadata(input=str(path)))


@pytest.mark.parametrize("system", SYSTEMS)
def test_registers_and_interrupts(tmp_path: Path, system: str) -> None:
    master = {"name": "m_axi_gmem", "data_bits": 64, "address_bits": 64}
    kernel = kernel_of(tmp_path / "rtl", axilite=[slave()], axi_masters=[master])
    found = parsed(kernel, system, tmp_path)
    block = found.ip_dict["net_0"]
    windows = {window.cell: window for window in block_design(kernel, processor_of(system, {})).windows}
    assert block["type"] == "hlsgen:kernel:net:1.0"
    assert (block["phys_addr"], block["addr_range"]) == (windows["net_0"].base, windows["net_0"].size)
    shown = {name: (entry["address_offset"], entry["size"]) for name, entry in block["registers"].items()}
    own = {"CTRL": 0, "GIER": 4, "IP_IER": 8, "IP_ISR": 12}
    data = {"pointer_1": 16, "pointer_2": 20, "count": 28, "wide_1": 36, "wide_2": 40, "wide_3": 44, "flag": 52}
    assert list(shown.items()) == [(name, (offset, 32)) for name, offset in {**own, **data}.items()]
    assert block["registers"]["count"]["fields"]["count"]["bit_width"] == 17
    assert block["registers"]["CTRL"]["fields"]["AP_IDLE"]["bit_offset"] == 2
    assert found.interrupt_pins["net_0/interrupt"] == {
        "controller": "axi_intc_0", "index": 0, "fullpath": "net_0/interrupt",
    }  # fmt: skip
    assert found.interrupt_controllers["axi_intc_0"]["raw_irq"] == FIRST_IRQ[system]
    assert [clock["enable"] for clock in found.clock_dict.values()] == [1, 0, 0, 0]


@pytest.mark.parametrize("system", SYSTEMS)
def test_engines_of_streams(tmp_path: Path, system: str) -> None:
    streams = [stream("x", "in"), stream("w", "in"), stream("y", "out")]
    found = parsed(kernel_of(tmp_path / "rtl", streams=streams), system, tmp_path)
    base = processor_of(system, {}).base
    for number, ways in enumerate((("mm2s", "s2mm"), ("mm2s",))):
        engine = found.ip_dict[f"axi_dma_{number}"]
        assert engine["type"] == "xilinx.com:ip:axi_dma:7.1"  # what pynq's driver binds to
        assert engine["phys_addr"] == base + 0x1_0000 * number
        parameters = engine["parameters"]
        for way in ("mm2s", "s2mm"):
            assert parameters[f"c_include_{way}"] == ("1" if way in ways else "0")
        assert parameters["c_include_sg"] == "0" and parameters["c_sg_length_width"] == "26"
        assert parameters["c_m_axi_mm2s_data_width"] == "64" and parameters["c_include_mm2s_dre"] == "1"


def test_of_two_slaves_the_one_that_starts_the_block_is_shown(tmp_path: Path) -> None:
    kernel = kernel_of(tmp_path / "rtl", axilite=[slave(), slave("s_axi_more", control=False)])
    found = parsed(kernel, "zynq_ultra_ps_e", tmp_path)
    assert found.ip_dict["net_0"]["phys_addr"] == 0xA000_0000 and "CTRL" in found.ip_dict["net_0"]["registers"]

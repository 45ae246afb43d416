"""The project for Alveo cards: `kernel.xml` and `link.cfg` tell v++ what the RTL is, and a lowered clock is noticed."""

from __future__ import annotations

import configparser
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from hlsgen.core.boards import load_board
from hlsgen.core.errors import UserError
from hlsgen.deploy import Design, make_project

tkinter = pytest.importorskip("tkinter", reason="needs the Tcl of Python's standard library (no display)")
from vivado_model import Vivado  # noqa: E402


@pytest.fixture(scope="module")
def project(kernels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("alveo") / "p"
    make_project(Design(kernels["vadd"], load_board("u280"), 4.0), out)
    return out


def test_the_kernel_is_packed_with_what_the_xml_says(project: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(project, tmp_path / "p")
    run = Vivado()
    run.source(copy / "vivado" / "ip.tcl")
    component = run.components["hlsgen:kernel:vadd:1.0"]
    assert (copy / "build" / "vadd.xo").is_file()
    assert component.vlnv["sdx_kernel"] == "true" and component.vlnv["vitis_drc"] == "ctrl_protocol ap_ctrl_hs"
    kernel = ElementTree.parse(copy / "kernel.xml").getroot().find("kernel")
    assert kernel is not None and kernel.get("vlnv") == "hlsgen:kernel:vadd:1.0"
    assert kernel.get("hwControlProtocol") == "ap_ctrl_hs"
    axi = {name for name, bus in component.buses.items() if bus["bus_type_vlnv"].split(":")[2] == "aximm"}
    assert {port.get("name") for port in kernel.iterfind("ports/port")} == axi
    # UG1393: addressQualifier 1 is a buffer, 0 a number; offsets are those of the registers.
    registers = component.maps["s_axi_control"]["Reg"]["registers"]
    arguments = {
        argument.get("name"): (argument.get("addressQualifier"), argument.get("port"), int(argument.get("offset"), 0))
        for argument in kernel.iterfind("args/arg")
    }
    place = {name: int(found["address_offset"], 0) for name, found in registers.items()}
    assert arguments == {
        "a": ("1", "m_axi_gmem0", place["a_1"]),
        "b": ("1", "m_axi_gmem1", place["b_1"]),
        "c": ("1", "m_axi_gmem0", place["c_1"]),
        "n": ("0", "s_axi_control", place["n"]),
    }
    assert [argument.get("id") for argument in kernel.iterfind("args/arg")] == ["0", "1", "2", "3"]


def test_every_master_has_memory(project: Path) -> None:
    text = (project / "link.cfg").read_text()
    found = configparser.ConfigParser(strict=False, delimiters=("=",))
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read_string("[top]\n" + text)
    assert found["top"]["platform"] == "xilinx_u280_gen3x16_xdma_1_202211_1"
    assert found["connectivity"]["nk"] == "vadd:1:vadd_1" and found["connectivity"]["slr"] == "vadd_1:SLR0"
    places = [line.partition("=")[2] for line in text.splitlines() if line.startswith("sp=")]
    assert places == ["vadd_1.m_axi_gmem0:HBM[0]", "vadd_1.m_axi_gmem1:HBM[1]"]
    assert found["clock"]["defaultFreqHz"] == "200000000"  # what the RTL was made for


@pytest.mark.parametrize(("mhz", "period", "status"), [(200, "5.0", 0), (199, "5.0", 1), (300, "3.33", 0), (0, "5", 1)])
def test_a_lowered_clock_fails(project: Path, tmp_path: Path, mhz: int, period: str, status: int) -> None:
    clock = f"   Name:      DATA_CLK\n   Index:     0\n   Type:      DATA\n   Frequency: {mhz} MHz\n" if mhz else ""
    system = "   Name:      hbm_aclk\n   Index:     2\n   Type:      SYSTEM\n   Frequency: 450 MHz\n"
    (tmp_path / "info.txt").write_text(f"Clocks\n------\n{clock}\n{system}\nMemory\n")
    command = [sys.executable, project / "check_clock.py", tmp_path / "info.txt", period]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == status
    assert ("timing is not met" in done.stderr) == (mhz == 199)


def without_control(signature: dict[str, Any]) -> None:
    signature["axilite"], signature["control"] = [], "ap_ctrl_hs"
    signature["axi_masters"], signature["arguments"] = [], []


def array(signature: dict[str, Any]) -> None:
    signature["axilite"][0]["registers"][-1]["role"] = "memory"


@pytest.mark.parametrize(("change", "told"), [(without_control, "one s_axilite"), (array, "argument 'n' is a result")])
def test_what_the_host_does_not_reach_is_refused(
    kernels: dict[str, Path], tmp_path: Path, change: Callable[[dict[str, Any]], None], told: str
) -> None:
    rtl = shutil.copytree(kernels["vadd"], tmp_path / "rtl")
    signature = json.loads((rtl / "signature.json").read_text())
    change(signature)
    (rtl / "signature.json").write_text(json.dumps(signature))
    with pytest.raises(UserError, match=told):
        make_project(Design(rtl, load_board("u250"), 5.0), tmp_path / "p")


def test_streams_are_refused(kernels: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--io axi"):
        make_project(Design(kernels["scale"], load_board("u55c"), 5.0), tmp_path / "p")

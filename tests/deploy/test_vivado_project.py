"""The scripts for Vivado, run in a model of Vivado: they make the block design of the plan, and errors do not pass."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hlsgen.core.boards import Board, load_board
from hlsgen.core.flow_table import load_flow
from hlsgen.deploy import Design, vivado
from hlsgen.deploy.block_design import BlockDesign, Cell, Reach, Window, block_design
from hlsgen.deploy.hwh import handoff
from hlsgen.deploy.kernel import load_kernel
from hlsgen.deploy.processors import processor_of

tkinter = pytest.importorskip("tkinter", reason="needs the Tcl of Python's standard library (no display)")
from vivado_model import CATALOG, Vivado  # noqa: E402

BOARDS = ("pynq_z2", "kv260", "versal")
DESIGNS = [(kernel, board) for kernel in ("vadd", "scale", "triple") for board in BOARDS]


@pytest.fixture(scope="module")
def projects(kernels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    made = {}
    for kernel, board in DESIGNS:
        out = tmp_path_factory.mktemp("project")
        vivado.write(Design(kernels[kernel], board_of(board), 5.0), flow_of(board), out)
        made[kernel, board] = out
    return made


def board_of(name: str) -> Board:
    if name != "versal":
        return load_board(name)
    names = {"board_part": "xilinx.com:vck190:part0:3.4", "processing_system": "versal_cips"}
    return replace(load_board("zcu104"), name=name, part="xcvc1902-vsva2197-2MP-e-S", **names)


def flow_of(name: str) -> dict[str, Any]:
    return load_flow(name) if name != "versal" else {"noc_memory": "LPDDR"}


def model_of(rtl: Path, board: str) -> BlockDesign:
    return block_design(load_kernel(rtl), processor_of(board_of(board).processing_system, flow_of(board)))


def packaged(project: Path, **options: Any) -> Vivado:
    run = Vivado(**options)
    run.source(project / "vivado" / "ip.tcl")
    return run


def built(project: Path, **options: Any) -> Vivado:
    run = packaged(project, **options)
    run.source(project / "vivado" / "build.tcl", str(project / "build" / "ip"))
    return run


def recorded(run: Vivado, model: BlockDesign) -> BlockDesign:
    """The block design that the scripts made, in the words of the model."""

    def cell(name: str) -> Cell:
        found = run.cells[name]
        settings = found.settings.get("PS_PMC_CONFIG", found.settings)
        own = {"NUM_NSI": settings["NUM_NSI"]} if name == "axi_noc_0" else settings
        ip = found.vlnv if found.vlnv in run.components else found.vlnv.rpartition(":")[0]
        return Cell(name, ip, tuple(own.items()), by_rule=name == "axi_noc_0")

    names = [name for name in run.cells if name != model.system.name]
    order = [one.name for one in model.cells]
    reaches = dict.fromkeys((space, segment) for space, segment in run.reaches)
    patterns = {reach.space: reach.segments for reach in model.reaches}
    for space, segment in reaches:
        assert re.fullmatch(patterns[space].replace("*", ".*"), segment)
    return BlockDesign(
        name=run.design,
        processor=model.processor,
        system=cell(model.system.name),
        kernel=model.kernel,
        cells=tuple(cell(name) for name in sorted(names, key=order.index)),
        links=tuple(run.links),
        nets=tuple(run.nets),
        windows=tuple(Window(*window) for window in run.windows),
        reaches=tuple(Reach(space, patterns[space]) for space in dict.fromkeys(space for space, _ in reaches)),
        pin_settings=tuple((pin, name, value) for (pin, name), value in run.pin_settings.items()),
    )


@pytest.mark.parametrize(("kernel", "board"), DESIGNS)
def test_the_scripts_make_the_planned_block_design_and_its_handoff(
    projects: dict[tuple[str, str], Path], kernels: dict[str, Path], tmp_path: Path, kernel: str, board: str
) -> None:
    project = shutil.copytree(projects[kernel, board], tmp_path / "p")
    run = built(project, boards=(board_of(board).board_part,))
    model = model_of(kernels[kernel], board)
    made = recorded(run, model)
    assert made == model
    assert handoff(made) == (project / "handoff" / f"{kernel}.hwh").read_text()
    image = ["pdi", "xsa"] if board == "versal" else ["bit", "xsa"]
    left = {path.name for path in (project / "overlay").iterdir()}
    assert {f"{kernel}.hwh", *(f"{kernel}.{suffix}" for suffix in image)} <= left
    assert (project / "overlay" / f"{kernel}.hwh").read_text() == "from Vivado"
    assert run.project["board_part"] == board_of(board).board_part
    assert run.project.get("segmented_configuration") == ("true" if board == "versal" else None)


@pytest.mark.parametrize("kernel", ["vadd", "scale", "triple"])
def test_the_ip_has_every_pin_of_the_module_once(
    projects: dict[tuple[str, str], Path], kernels: dict[str, Path], tmp_path: Path, kernel: str
) -> None:
    project = shutil.copytree(projects[kernel, "kv260"], tmp_path / "p")
    run = packaged(project)
    (vlnv,) = run.components
    assert vlnv == f"hlsgen:kernel:{kernel}:1.0"
    component = run.components[vlnv]
    ports = component.pins
    pins = [pin for bus in component.buses.values() for pin in bus["signals"].values()]
    assert len(pins) == len(set(pins))
    handshake = {"ap_start", "ap_done", "ap_idle", "ap_ready"} if kernel == "scale" else set()
    assert set(pins) == set(ports) - handshake
    for name, bus in component.buses.items():
        # The side that makes VALID, an address for one, is the master.
        for logical, pin in bus["signals"].items():
            if logical in ("TVALID", "AWVALID", "ARVALID", "WVALID"):
                assert (ports[pin] == "output") == (bus["interface_mode"] == "master"), name
    clock = component.buses["ap_clk"]["parameters"]
    assert clock["ASSOCIATED_RESET"] == "ap_rst_n"
    axi = [name for name, bus in component.buses.items() if bus["bus_type_vlnv"].split(":")[2] in ("aximm", "axis")]
    assert clock["ASSOCIATED_BUSIF"].split(":") == axi


def test_the_packaged_registers_are_those_of_the_rule(projects: dict[tuple[str, str], Path], tmp_path: Path) -> None:
    run = packaged(shutil.copytree(projects["vadd", "kv260"], tmp_path / "p"))
    block = run.components["hlsgen:kernel:vadd:1.0"].maps["s_axi_control"]["Reg"]
    offsets = {name: int(found["address_offset"], 0) for name, found in block["registers"].items()}
    # UG1399: 64-bit pointers take two words and one that is reserved, in the order of the arguments.
    assert offsets == {
        **{"CTRL": 0x00, "GIER": 0x04, "IP_IER": 0x08, "IP_ISR": 0x0C},
        **{"a_1": 0x10, "a_2": 0x14, "b_1": 0x1C, "b_2": 0x20, "c_1": 0x28, "c_2": 0x2C, "n": 0x34},
    }
    bits = {name: int(found["bit_offset"]) for name, found in block["registers"]["CTRL"]["fields"].items()}
    assert bits == {"AP_START": 0, "AP_DONE": 1, "AP_IDLE": 2, "AP_READY": 3, "AUTO_RESTART": 7, "INTERRUPT": 9}
    assert block["usage"] == "register" and int(block["range"]) >= 4096


def test_the_packaged_registers_of_calls_between_streams(projects: dict[tuple[str, str], Path], tmp_path: Path) -> None:
    run = packaged(shutil.copytree(projects["triple", "kv260"], tmp_path / "p"))
    component = run.components["hlsgen:kernel:triple:1.0"]
    registers = component.maps["s_axi_control"]["Reg"]["registers"]
    # As of a function with one 32-bit argument, and beside it what has passed.
    offsets = {name: int(found["address_offset"], 0) for name, found in registers.items()}
    control = {"CTRL": 0x00, "GIER": 0x04, "IP_IER": 0x08, "IP_ISR": 0x0C}
    assert offsets == {**control, "samples": 0x10, "in_beats": 0x18, "out_beats": 0x20}
    assert registers["out_beats"]["access"] == "read-only"
    assert set(component.buses["in"]["signals"]) == {"TDATA", "TVALID", "TREADY"}
    assert set(component.buses["out"]["signals"]) == {"TDATA", "TKEEP", "TLAST", "TVALID", "TREADY"}


def test_engines_and_registers_have_places(projects: dict[tuple[str, str], Path], tmp_path: Path) -> None:
    run = built(shutil.copytree(projects["triple", "pynq_z2"], tmp_path / "p"))
    segments = ("triple_0/s_axi_control/Reg", "axi_dma_0/S_AXI_LITE/Reg", "axi_intc_0/S_AXI/Reg")
    places = {segment: base for _, segment, base, _ in run.windows}
    assert places == {segment: 0x4000_0000 + 0x1_0000 * number for number, segment in enumerate(segments)}
    assert {("axi_dma_0/M_AXIS_MM2S", "triple_0/in"), ("triple_0/out", "axi_dma_0/S_AXIS_S2MM")} <= set(run.links)
    reached = {space: segment for space, segment in run.reaches}
    assert reached["axi_dma_0/Data_MM2S"].startswith("processing_system7_0/S_AXI_HP0/")
    assert reached["axi_dma_0/Data_S2MM"].startswith("processing_system7_0/S_AXI_HP1/")
    settings = run.cells["axi_dma_0"].settings
    assert (settings["c_include_sg"], settings["c_sg_length_width"], settings["c_include_s2mm_dre"]) == ("0", "26", "1")


MUTATIONS = [
    ("bd.tcl", "add_link control_0/M00_AXI vadd_0/s_axi_control\n", ""),
    ("bd.tcl", "vadd_0/m_axi_gmem1", "vadd_0/m_axi_gmem2"),
    ("bd.tcl", "add_cell memory_0", "add_cell memory_9"),
    ("bd.tcl", "add_cell vadd_0 hlsgen:kernel:vadd:1.0", "add_cell vadd_0 hlsgen:kernel:vadd:1.1"),
    ("bd.tcl", "    vadd_0/ap_clk\n", ""),
    ("bd.tcl", "    vadd_0/ap_rst_n\n", ""),
    ("bd.tcl", "    vadd_0/ap_clk\n", "    vadd_0/ap_clock\n"),
    ("bd.tcl", "PSU__USE__S_AXI_GP2", "PSU__USE__S_AXI_HP0"),
    ("bd.tcl", "PSU__USE__S_AXI_GP3 1", "PSU__USE__S_AXI_GP3 0"),
    ("bd.tcl", "SAXIGP2/HP0_DDR_*", "SAXIGP2/HP1_DDR_*"),
    ("bd.tcl", "S_AXI/Reg 0xa0010000", "S_AXI/Reg 0xa0000000"),
    ("bd.tcl", "add_memory vadd_0/Data_m_axi_gmem1", "# add_memory vadd_0/Data_m_axi_gmem1"),
    ("bd.tcl", "validate_bd_design", "validate_bd_desing"),
    ("bd.tcl", "apply_board_preset", "apply_board_presets"),
    ("bd.tcl", "NUM_MI 2", "NUM_MI 1"),
    ("ip.tcl", "ipx::add_memory_map", "ipx::add_memory_maps"),
    ("ip.tcl", "set_property usage register", "set_property usages register"),
    ("ip.tcl", "vadd.v", "vad.v"),
    ("build.tcl", "open_run impl_1", "open_run impl_2"),
    ("build.tcl", "ip_repo_paths", "ip_repo_path"),
]


@pytest.mark.parametrize(("script", "old", "new"), MUTATIONS)
def test_a_wrong_script_does_not_pass(
    projects: dict[tuple[str, str], Path], tmp_path: Path, script: str, old: str, new: str
) -> None:
    project = shutil.copytree(projects["vadd", "kv260"], tmp_path / "p")
    path = project / "vivado" / script
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(tkinter.TclError):
        built(project)


@pytest.mark.parametrize("figure", ["WNS", "WHS", "TPWS"])
def test_negative_slack_stops_before_the_bitstream(
    projects: dict[tuple[str, str], Path], tmp_path: Path, figure: str
) -> None:
    project = shutil.copytree(projects["vadd", "kv260"], tmp_path / "p")
    with pytest.raises(tkinter.TclError, match=f"timing is not met: {figure} -0.013 ns"):
        built(project, slack={figure: "-0.013"})
    assert not (project / "overlay" / "vadd.bit").exists()
    assert (project / "reports" / "timing.txt").is_file()


def test_without_board_files_zynq_keeps_defaults_and_versal_stops(
    projects: dict[tuple[str, str], Path], tmp_path: Path
) -> None:
    project = shutil.copytree(projects["vadd", "pynq_z2"], tmp_path / "z")
    run = built(project)
    assert "board_part" not in run.project
    assert any("WARNING: no files of board tul.com.tw:pynq-z2:part0:1.0" in line for line in run.log)
    with pytest.raises(tkinter.TclError, match=r"no files of board xilinx\.com:vck190"):
        built(shutil.copytree(projects["vadd", "versal"], tmp_path / "v"))


def test_another_version_of_the_board_files_will_do(projects: dict[tuple[str, str], Path], tmp_path: Path) -> None:
    project = shutil.copytree(projects["vadd", "kv260"], tmp_path / "p")
    known = ("xilinx.com:kv260_som:part0:1.9", "xilinx.com:kv260_som:part0:1.10", "xilinx.com:zcu104:part0:1.1")
    run = built(project, boards=known)
    assert run.project["board_part"] == "xilinx.com:kv260_som:part0:1.10"
    assert "kv260_carrier:som240_1_connector" in run.project["board_connections"]


def test_constants_of_newer_releases(projects: dict[tuple[str, str], Path], tmp_path: Path) -> None:
    catalog = {name: found for name, found in CATALOG.items() if not name.endswith("xlconstant")}
    run = built(shutil.copytree(projects["scale", "kv260"], tmp_path / "p"), catalog=catalog)
    assert run.cells["one_0"].vlnv == "xilinx.com:inline_hdl:ilconstant:1.0"
    assert ("one_0/dout", "scale_0/ap_start") in run.nets


def test_a_board_without_a_processor_gets_area_and_timing(kernels: dict[str, Path], tmp_path: Path) -> None:
    design = Design(kernels["scale"], load_board("vcu128"), 5.0)
    assert vivado.write(design, load_flow("vcu128"), tmp_path)["next"] == "make timing"
    assert "create_clock -name ap_clk -period 5.0 [get_ports ap_clk]" in (tmp_path / "constraints.xdc").read_text()
    Vivado().source(tmp_path / "vivado" / "ooc.tcl")
    assert (tmp_path / "reports" / "timing.txt").is_file()
    with pytest.raises(tkinter.TclError, match=r"timing is not met: slack -1\.5 ns \(setup\)"):
        Vivado(slack={"WNS": "-1.5"}).source(tmp_path / "vivado" / "ooc.tcl")

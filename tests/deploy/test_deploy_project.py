"""A project's folder: it appears whole, takes nobody else's place, and keeps what somebody made in it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from hlsgen.core.boards import board_names, load_board
from hlsgen.core.errors import UserError
from hlsgen.core.flow_table import load_flow
from hlsgen.deploy import Design, make_project
from hlsgen.deploy.project import FLOWS

KV260 = load_board("kv260")


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def design(kernels: dict[str, Path]) -> Design:
    return Design(kernels["vadd"], KV260, 5.0)


def test_every_board_has_a_flow_with_a_source() -> None:
    for name in board_names():
        flow = load_flow(name)
        assert flow["tool"] in FLOWS and flow["source"], name


def test_what_pynq_calls_the_boards() -> None:
    """As images of PYNQ have it in BOARD; no public image is known for the others."""
    known = {name: load_flow(name) for name in board_names() if "pynq_board" in load_flow(name)}
    assert {name: flow["pynq_board"] for name, flow in known.items()} == {
        **{"pynq_z1": "Pynq-Z1", "pynq_z2": "Pynq-Z2", "zcu104": "ZCU104", "ultra96_v2": "Ultra96", "kv260": "KV260"},
        **{"kr260": "KR260", "rfsoc4x2": "RFSoC4x2", "zcu111": "ZCU111", "aup_zu3": "AUP-ZU3", "vck190": "VCK190"},
    }
    for flow in known.values():
        assert flow["tool"] == "vivado" and "PYNQ" in flow["pynq_board_source"]


def test_a_project_is_made_again_in_its_place(design: Design, tmp_path: Path) -> None:
    out = tmp_path / "p"
    facts = make_project(design, out)
    first = files_of(out)
    assert facts["folder"] == str(out) and facts["addresses"]["vadd_0/s_axi_control/Reg"] == "0xA0000000"
    assert make_project(design, out) == facts
    assert files_of(out) == first and [path.name for path in tmp_path.iterdir()] == ["p"]
    text = "".join(content.decode() for name, content in first.items() if not name.startswith("rtl/"))
    assert str(tmp_path) not in text and str(design.rtl) not in text  # it goes to another machine


def test_what_somebody_made_there_is_kept_beside(design: Design, tmp_path: Path) -> None:
    out = tmp_path / "p"
    make_project(design, out)
    (out / "overlay").mkdir()
    (out / "overlay" / "vadd.bit").write_text("an hour's work")
    make_project(design, out)
    (out / "constraints.xdc").write_text("edited")
    make_project(design, out)
    assert (tmp_path / "p.kept1" / "overlay" / "vadd.bit").read_text() == "an hour's work"
    assert (tmp_path / "p.kept2" / "constraints.xdc").read_text() == "edited"
    assert not (out / "overlay").exists() and (out / "constraints.xdc").read_text() != "edited"


@pytest.mark.parametrize("content", ["thesis.tex", "project.json", ""])
def test_a_folder_that_is_not_ours_is_left_alone(design: Design, tmp_path: Path, content: str) -> None:
    out = tmp_path / "p"
    out.mkdir()
    if not content:
        make_project(design, out)  # an empty folder is nobody's
        return
    (out / content).write_text("{}")
    with pytest.raises(UserError, match="hlsgen project did not write"):
        make_project(design, out)
    assert files_of(out) == {content: b"{}"} and len(list(tmp_path.iterdir())) == 1


def test_a_file_or_a_link_in_its_place_is_left_alone(design: Design, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(UserError, match="is not a folder"):
            make_project(design, tmp_path / name)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "link"}


def test_what_does_not_fit_is_told_by_how_much(design: Design, tmp_path: Path) -> None:
    large = replace(design, resources={"lut": 117_121, "ff": 10, "dsp": 1248, "bram36": 200.6, "uram": 0})
    with pytest.raises(UserError, match=r"LUT 117,121 of 117,120 \(1 too many\), BRAM36 201 of 144 \(57 too many\)"):
        make_project(large, tmp_path / "p")
    assert not list(tmp_path.iterdir())


def test_a_refused_design_leaves_the_earlier_project(design: Design, tmp_path: Path) -> None:
    out = tmp_path / "p"
    make_project(design, out)
    before = files_of(out)
    rtl = shutil.copytree(design.rtl, tmp_path / "rtl")
    text = (rtl / "signature.json").read_text()
    (rtl / "signature.json").write_text(text.replace('"mode": "s_axilite"', '"mode": "ap_none"'))
    with pytest.raises(UserError, match="argument 'n' has pins of its own"):
        make_project(replace(design, rtl=rtl), out)
    assert files_of(out) == before


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"data_bits": 32, "fields"', '"data_bits": 24, "fields"', "stream 'in' of 24 bits"),
        ('"last": "out_r_TLAST", ', "", "stream 'out' has no TLAST"),
    ],
)
def test_streams_that_no_engine_takes_are_refused(
    kernels: dict[str, Path], tmp_path: Path, old: str, new: str, told: str
) -> None:
    rtl = shutil.copytree(kernels["scale"], tmp_path / "rtl")
    text = json.dumps(json.loads((rtl / "signature.json").read_text()))
    assert old in text
    (rtl / "signature.json").write_text(text.replace(old, new))
    with pytest.raises(UserError, match=told):
        make_project(Design(rtl, KV260, 5.0), tmp_path / "p")


def test_a_design_between_streams_gets_registers_and_a_driver_on_every_board_with_a_processor(
    kernels: dict[str, Path], tmp_path: Path
) -> None:
    cpp = tmp_path / "cpp"
    (cpp / "src").mkdir(parents=True)
    beats = {"width_bits": 32, "beats": 16, "lanes": 4, "element_bits": 8}
    port = {**beats, "tensor": "x", "format": "Int8", "shape": [64]}
    ports = {"inputs": [{"port": "in", **port}], "outputs": [{"port": "out", **port, "tensor": "y"}]}
    (cpp / "interface.json").write_text(json.dumps({"top": "triple", **ports}))
    families = set()
    for name in board_names():
        board = load_board(name)
        if load_flow(name)["tool"] != "vivado" or not board.processing_system:
            continue
        families.add(board.processing_system)
        out = tmp_path / name
        facts = make_project(Design(kernels["plain"], board, 5.0, cpp), out)
        assert facts["driver"] == "overlay/triple.py"
        data = json.loads((out / "overlay" / "triple.json").read_text())
        assert [(p["name"], p["engine"], p["sample_bytes"]) for p in data["ports"]] == [
            ("in", "axi_dma_0", 64), ("out", "axi_dma_0", 64),
        ]  # fmt: skip
        assert data["samples_offset"] == 0x10 and data["registers"]["out_beats"] == 0x20 and data["io"] == "stream"
        assert (out / "rtl" / "triple.v").read_text() == (kernels["triple"] / "triple.v").read_text()
        names = {path.name for path in (out / "overlay").iterdir()}
        modules = ("number_formats", "tensor_calls", "beats", "stream_engines", "triple")
        assert names == {*(f"{module}.py" for module in modules), "triple.json"}
        assert "vitis" not in (out / "Makefile").read_text()  # its IP would be without the registers
    assert families == {"processing_system7", "zynq_ultra_ps_e", "versal_cips"}


@pytest.mark.parametrize("top", ["memory", "Control", "axi_intc", "zynq_ultra_ps_e"])
def test_a_top_with_the_name_of_another_block_is_refused(kernels: dict[str, Path], tmp_path: Path, top: str) -> None:
    rtl = shutil.copytree(kernels["vadd"], tmp_path / "rtl")
    path = rtl / "signature.json"
    path.write_text(path.read_text().replace('"top": "vadd"', f'"top": "{top}"'))
    with pytest.raises(UserError, match=f"is called '{top}_0' already"):
        make_project(Design(rtl, KV260, 5.0), tmp_path / "p")


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.parametrize(("route", "first"), [("rtl", "ip.tcl"), ("hls", "run_hls.tcl")])
def test_make_does_the_steps_in_order(design: Design, tmp_path: Path, route: str, first: str) -> None:
    cpp = tmp_path / "cpp"
    (cpp / "src").mkdir(parents=True)
    (cpp / "run_hls.tcl").write_text("exit\n")
    make_project(replace(design, cpp=cpp), tmp_path / "p")
    command = ["make", "-n", "-C", str(tmp_path / "p"), f"IP={route}", "HLS=vitis_hls -f"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert 0 < said.index(first) < said.index("build.tcl")
    assert ("ip.tcl" in said) == (route == "rtl")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "", ""),
        ('"0xA0000000"', '"0xA0040000"', "vadd_0: address of s_axi_control: "),
        ("hlsgen:kernel:vadd:1.0", "xilinx.com:hls:vadd:1.0", "vadd_0: type: xilinx.com:hls:vadd in "),
        ('"0x1C"', '"0x18"', "vadd_0: register b_1: 24 in "),
        ('REGISTER NAME="n"', 'REGISTER NAME="m"', "vadd_0: register n: absent in "),
        ("axi_intc:4.1", "axi_intc:4.2", ""),
    ],
)
def test_a_handoff_that_differs_from_what_was_expected_is_told(
    design: Design, tmp_path: Path, old: str, new: str, told: str
) -> None:
    make_project(design, tmp_path / "p")
    expected = tmp_path / "p" / "handoff" / "vadd.hwh"
    text = expected.read_text()
    assert old in text
    made = tmp_path / "vadd.hwh"
    made.write_text(text.replace(old, new))
    done = subprocess.run(
        [sys.executable, tmp_path / "p" / "check_handoff.py", expected, made], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.startswith(told)) == (1 if told else 0, True)

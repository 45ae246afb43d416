"""Whatever a name has in it, it stands in Tcl and in XML for itself."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hlsgen.core.boards import load_board
from hlsgen.deploy import Design, make_project
from hlsgen.deploy.render import tcl_word

tkinter = pytest.importorskip("tkinter", reason="needs the Tcl of Python's standard library (no display)")
from vivado_model import Vivado  # noqa: E402

TCL = tkinter.Tcl()
NASTY = "}{ [exit] $x \"q\" \\ <a b='c'> & ; # \u00fc\n"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
@example(NASTY)
@example("a\\\nb")
@example("{*}a")
@example("#a")
def test_a_word_of_tcl_means_its_text(text: str) -> None:
    word = tcl_word(text)
    assert TCL.splitlist(word) == (text,)  # as an element of a list
    TCL.eval(f"proc echo args {{set ::got $args}}; echo {word}")  # as an argument of a command
    assert TCL.splitlist(TCL.eval("set ::got")) == (text,)
    TCL.eval(f"foreach {{a b}} {{\nfirst {word}\n}} {{set ::got $b}}")  # in a list in braces
    assert TCL.eval("set ::got") == text


def test_registers_of_any_name_keep_it_in_scripts_and_handoff(kernels: dict[str, Path], tmp_path: Path) -> None:
    rtl = tmp_path / "rtl"
    rtl.mkdir()
    for path in kernels["vadd"].glob("*.v"):
        (rtl / path.name).write_text(path.read_text())
    signature = json.loads((kernels["vadd"] / "signature.json").read_text())
    signature["axilite"][0]["registers"][-1]["name"] = name = NASTY.strip()
    (rtl / "signature.json").write_text(json.dumps(signature))
    make_project(Design(rtl, load_board("kv260"), 5.0), tmp_path / "p")
    root = ElementTree.parse(tmp_path / "p" / "handoff" / "vadd.hwh").getroot()
    # XML turns a line's end in an attribute into a blank unless it is written as a reference.
    assert name in [register.get("NAME") for register in root.iterfind(".//REGISTER")]
    assert name in [field.get("NAME") for field in root.iterfind(".//REGISTER/FIELDS/FIELD")]
    run = Vivado()
    run.source(tmp_path / "p" / "vivado" / "ip.tcl")
    registers = run.components["hlsgen:kernel:vadd:1.0"].maps["s_axi_control"]["Reg"]["registers"]
    assert list(registers)[-1] == name and list(registers[name]["fields"]) == [name]

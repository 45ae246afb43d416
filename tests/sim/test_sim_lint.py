"""The two linters find planted faults, and are silent about clean Verilog."""

from __future__ import annotations

import pytest
from sim_designs import DESIGNS

from hlsgen.core.errors import UserError
from hlsgen.core.paths import data_dir
from hlsgen.sim.lint import Waiver, lint, load_waivers

BAD = """module bad (
    input clk,
    input [7:0] a,
    output [3:0] b,
    output reg q
);
  assign b = a;
  always @* if (a[0]) q = 1'b1;
endmodule
"""


def rules(found) -> set[tuple[str, str, int]]:
    return {(finding.tool, finding.rule, finding.line) for finding in found}


def test_clean(tmp_path):
    clean = tmp_path / "clean.v"
    clean.write_text("module clean (\n    input [7:0] a,\n    output [7:0] b\n);\n  assign b = ~a;\nendmodule\n")
    assert lint("clean", [clean]) == []


def test_planted_faults(tmp_path):
    path = tmp_path / "bad.v"
    path.write_text(BAD)
    found = lint("bad", [path], waivers=[])
    assert {
        ("pyslang", "width-trunc", 7),
        ("pyslang", "unused-port", 2),
        ("verilator", "WIDTHTRUNC", 7),
        ("verilator", "UNUSEDSIGNAL", 2),
        ("verilator", "LATCH", 8),
    } <= rules(found)
    assert f"{path}:7: implicit conversion truncates from 8 to 4 bits (pyslang width-trunc)" in map(str, found)
    fewer = lint("bad", [path], waivers=[Waiver("verilator", "LATCH", "b*.v", "a test")])
    assert rules(found) - rules(fewer) == {("verilator", "LATCH", 8)}
    assert rules(lint("bad", [path], waivers=[Waiver("pyslang", "unused-port", "*.v", "a test", "a*")])) == rules(found)
    fewer = lint("bad", [path], waivers=[Waiver("pyslang", "unused-port", "*.v", "a test", "c*")])
    assert rules(found) - rules(fewer) == {("pyslang", "unused-port", 2)}


def test_errors_are_findings(tmp_path):
    path = tmp_path / "bad.v"
    path.write_text(BAD + "(")
    assert {("pyslang", "error", 10), ("verilator", "error", 10)} <= rules(lint("bad", [path]))
    missing = lint("reorder", [DESIGNS / "reorder.v"])
    assert {finding.tool for finding in missing} == {"pyslang", "verilator"}


def test_every_waiver_has_a_reason(tmp_path):
    load_waivers(data_dir("sim") / "lint_waivers.txt")
    path = tmp_path / "waivers.txt"
    path.write_text("# comment\n\nverilator LATCH a*.v : because\n")
    assert load_waivers(path) == [Waiver("verilator", "LATCH", "a*.v", "because")]
    path.write_text("pyslang unused-port a*.v:*_data : because\n")
    assert load_waivers(path) == [Waiver("pyslang", "unused-port", "a*.v", "because", "*_data")]
    path.write_text("verilator LATCH a*.v\n")
    with pytest.raises(UserError, match=r"waivers.txt:1: not a waiver: 'verilator LATCH a\*.v'; write <verilator"):
        load_waivers(path)

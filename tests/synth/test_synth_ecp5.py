"""ECP5: the counts and the delay of a small design by Yosys, the delay table, and what nextpnr's report says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlsgen.core.errors import InternalError
from hlsgen.core.tools import ToolMissing
from hlsgen.synth import estimate, nextpnr
from hlsgen.synth.counts import Resources

DESIGN = """
module mac(input clk, input signed [17:0] a, b, output reg signed [35:0] y);
  reg signed [17:0] p, q;
  always @(posedge clk) begin p <= a; q <= b; y <= p * q; end
endmodule
module top(input clk, we, input [9:0] at, input [17:0] d, a, b, output reg [17:0] m, output [35:0] y, z,
           output reg [3:0] t);
  mac one(clk, a, b, y); mac two(clk, b, d, z);
  reg [17:0] memory[0:1023];
  always @(posedge clk) begin if (we) memory[at] <= d; else m <= memory[at]; end
  (* ram_style = "distributed" *) reg [3:0] small[0:15];
  always @(posedge clk) begin if (we) small[at[3:0]] <= d[3:0]; t <= small[at[7:4]]; end
endmodule
"""


def test_counts_and_delay(tmp_path: Path) -> None:
    (tmp_path / "top.v").write_text(DESIGN)
    found = estimate([tmp_path / "top.v"], "top", "ecp5", tmp_path)
    mac = next(module for module in found.modules if module.name == "mac")
    assert (mac.instances, mac.each) == (2, Resources(ff=72, dsp=1))
    assert found.resources.dsp == 2 and found.resources.bram36 == 0.5
    assert found.resources.ff == 2 * 72 + 4 and 6 <= found.resources.lut <= 12
    assert found.delay_ns == pytest.approx(5.83), "out of the block RAM"


REPORT = {
    "fmax": {"fast": {"achieved": 200.0, "constraint": 50}, "clk": {"achieved": 62.5, "constraint": 50}},
    "utilization": {"TRELLIS_FF": {"used": 3, "available": 24288}},
    "critical_paths": [
        {"from": "<async>", "to": "posedge clk", "path": []},
        {
            "from": "posedge clk",
            "to": "posedge clk",
            "path": [{"type": "clk-to-q", "delay": 0.5, "to": {"port": "Q"}, "from": {"port": "Q"}}],
        },
    ],
}


def test_the_report_of_nextpnr(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(REPORT))
    found = nextpnr.read_report(path)
    assert (found.fmax_mhz, found.used) == (62.5, {"TRELLIS_FF": (3, 24288)})
    assert found.path == (nextpnr.Segment("clk-to-q", 0.5, "Q"),)
    path.write_text(json.dumps({**REPORT, "fmax": {}}))
    with pytest.raises(InternalError, match="no clock"):
        nextpnr.read_report(path)


def test_a_missing_tool_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nextpnr, "PACKAGE", "no_such_package")
    with pytest.raises(ToolMissing, match=r"nextpnr-ecp5 and ecppack are not installed; pip install 'hlsgen\[ecp5\]'"):
        nextpnr.require_tools()

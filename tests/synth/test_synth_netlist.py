"""The netlist that Yosys makes of six designs (xc7) does what their C++ does, word by word, with stalls."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from hlsgen.core.errors import UserError
from hlsgen.fuzz.batch import compile_program
from hlsgen.fuzz.native import run_natively
from hlsgen.fuzz.program import Port, Program
from hlsgen.fuzz.rtl import Design, recording_of
from hlsgen.fuzz.tree import Stmt
from hlsgen.fuzz.types import Type
from hlsgen.sim import batch
from hlsgen.sim.stuck import CosimStuck
from hlsgen.sim.verdict import CallsResult
from hlsgen.synth.netlist import cell_models, write_netlist

# name: (C++, ports, cells that the netlist has to have, whether block RAM is allowed)
DESIGNS = {
    "fir": (
        """
        void fir(hls::stream<short>& in, hls::stream<int>& out) {
            static const short taps[8] = {3, -1, 4, 101, -59, 26, 5, -35};
            static short window[8];
        #pragma HLS ARRAY_PARTITION variable=window complete
            for (int i = 0; i < 12; ++i) {
        #pragma HLS PIPELINE II=1
                for (int k = 7; k > 0; --k) window[k] = window[k - 1];
                window[0] = in.read();
                int total = 0;
                for (int k = 0; k < 8; ++k) total += window[k] * (taps[k] + (window[7] & 1));
                out.write(total);
            }
        }""",
        (("in", "in", "short", 16, 12), ("out", "out", "int", 32, 0)),
        ("DSP48E1", "CARRY4"),
        True,
    ),
    "histogram": (
        """
        void histogram(hls::stream<ap_uint<9>>& in, hls::stream<ap_uint<18>>& out) {
            static ap_uint<18> bins[512] = {};
        #pragma HLS BIND_STORAGE variable=bins impl=bram
            for (int i = 0; i < 40; ++i) {
                ap_uint<9> x = in.read();
                bins[x] += x;
                out.write(bins[x ^ 1]);
            }
        }""",
        (("in", "in", "ap_uint<9>", 9, 40), ("out", "out", "ap_uint<18>", 18, 0)),
        ("RAM64M", "FDRE"),
        False,
    ),
    "lines": (
        """
        void lines(hls::stream<unsigned char>& in, hls::stream<unsigned short>& out) {
            static unsigned char line[2][16] = {};
        #pragma HLS ARRAY_PARTITION variable=line complete dim=1
        #pragma HLS BIND_STORAGE variable=line impl=lutram
            for (int i = 0; i < 32; ++i) {
        #pragma HLS PIPELINE II=1
                unsigned char x = in.read(), above = line[0][i & 15];
                out.write(x + 2 * above + line[1][i & 15]);
                line[1][i & 15] = above;
                line[0][i & 15] = x;
            }
        }""",
        (("in", "in", "unsigned char", 8, 32), ("out", "out", "unsigned short", 16, 0)),
        ("RAM32M",),
        True,
    ),
    "chain": (
        """
        static void scale(hls::stream<int>& in, hls::stream<int>& even, hls::stream<int>& odd) {
            for (int i = 0; i < 16; ++i) {
        #pragma HLS PIPELINE II=1
                int x = in.read();
                if (i & 1) odd.write(x * 7);
                else even.write(x - 9);
            }
        }
        static void join(hls::stream<int>& even, hls::stream<int>& odd, hls::stream<int>& out) {
            for (int i = 0; i < 8; ++i) out.write(even.read() ^ odd.read());
        }
        void chain(hls::stream<int>& in, hls::stream<int>& out) {
        #pragma HLS DATAFLOW
            hls::stream<int> even, odd;
        #pragma HLS STREAM variable=even depth=16
        #pragma HLS STREAM variable=odd depth=16
            scale(in, even, odd);
            join(even, odd, out);
        }""",
        (("in", "in", "int", 32, 16), ("out", "out", "int", 32, 0)),
        ("RAM32M", "FDRE"),
        True,
    ),
    "turns": (
        """
        void turns(hls::stream<int>& in, hls::stream<ap_int<64>>& out) {
            for (int i = 0; i < 6; ++i) {
        #pragma HLS PIPELINE II=8
                int x = in.read();
                for (int k = 0; k < 8; ++k) {
                    out.write(ap_int<64>((long long)(x ^ k) * (x + 1000003 * k)));
                    x = x << 5 | unsigned(x) >> 27;
                }
            }
        }""",
        (("in", "in", "int", 32, 6), ("out", "out", "ap_int<64>", 64, 0)),
        ("DSP48E1", "CARRY4"),
        True,
    ),
    "rounding": (
        """
        typedef ap_fixed<18, 6, AP_RND_CONV, AP_SAT> value;
        void rounding(hls::stream<value>& in, hls::stream<value>& out, hls::stream<ap_uint<12>>& rest) {
            value total = 0;
            for (int i = 0; i < 10; ++i) {
                value x = in.read();
                total = total * x + value(0.375);
                out.write(total);
                rest.write(ap_uint<12>(x.range(11, 0)) % (ap_uint<5>(i) | 1));
            }
        }""",
        (
            ("in", "in", "ap_fixed<18, 6, AP_RND_CONV, AP_SAT>", 18, 10),
            ("out", "out", "ap_fixed<18, 6, AP_RND_CONV, AP_SAT>", 18, 0),
            ("rest", "out", "ap_uint<12>", 12, 0),
        ),
        ("DSP48E1", "LUT6"),
        True,
    ),
}


def program(name: str) -> Program:
    text, ports, _, _ = DESIGNS[name]
    lines = "".join(f"{line.strip()}\n" for line in text.splitlines())
    made = (Port(port, "stream", way, Type(type, "ap", bits), words) for port, way, type, bits, words in ports)
    return Program(name, (Stmt(lines),), tuple(made), 3, 17, 8.0, "xc7")


def played(design: Design, verilog: Mapping[str, str], folder: Path) -> CallsResult | UserError:
    """The calls of `design`, played to this Verilog in its place; nothing inside of it is looked at."""
    rtl = folder / "rtl"
    rtl.mkdir(parents=True)
    for file, text in verilog.items():
        (rtl / file).write_text(text)
    (rtl / "signature.json").write_text(json.dumps({**design.signature, "files": list(verilog), "fifos": []}))
    return batch.simulate_many([batch.Design(design.name, rtl, recording_of(design))], folder / "sim")[design.name]


def inverted(netlist: str) -> str:
    """The netlist with the last of its LUTs turned round."""
    *_, table = re.finditer(r"LUT\d #\(\s*\.INIT\((\d+)'h([0-9a-f]+)\)", netlist)
    bits, value = int(table[1]), int(table[2], 16)
    return f"{netlist[: table.start(2)]}{(1 << bits) - 1 - value:x}{netlist[table.end(2) :]}"


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name == "lines" else [pytest.mark.slow]) for name in DESIGNS]
)
def test_netlist_equals_native(name, tmp_path):
    _, _, wanted, block_ram = DESIGNS[name]
    each = program(name)
    outputs = run_natively([each], tmp_path / "native")[name]
    assert not isinstance(outputs, str), outputs
    result, compiled = compile_program(each, tmp_path / "hls")
    assert compiled is not None, result.problem
    design = Design(each, compiled.verilog, compiled.signature, outputs)
    rtl = played(design, compiled.verilog, tmp_path / "asked")
    files = [tmp_path / "asked" / "rtl" / file for file in compiled.verilog]
    netlist = tmp_path / "netlist.v"
    cells = write_netlist(files, name, netlist, tmp_path, block_ram=block_ram)
    mapped = {path.name: path.read_text() for path in (netlist, cell_models())}
    gates = played(design, mapped, tmp_path / "gates")
    assert isinstance(rtl, CallsResult) and isinstance(gates, CallsResult), f"RTL: {rtl}; netlist: {gates}"
    assert rtl.equal and gates.equal, f"RTL: {rtl.first_difference}; netlist: {gates.first_difference}"
    assert gates.passes == rtl.passes and "random_stalls" in gates.passes
    assert gates.total_cycles == rtl.total_cycles
    assert set(wanted) <= cells.keys() and not any(cell.startswith("RAMB") for cell in cells)
    print(json.dumps({"design": name, "cells": cells, "cycles": gates.total_cycles}))
    wrong = played(design, {**mapped, "netlist.v": inverted(mapped["netlist.v"])}, tmp_path / "wrong")
    assert isinstance(wrong, CosimStuck) or not wrong.equal


def test_the_models_of_block_ram_are_empty():
    """When this fails, block RAM can be simulated and `block_ram=False` is not needed any more."""
    text = Path(cell_models()).read_text()
    assert "always" not in text[text.index("module RAMB18E1") : text.index("endmodule", text.index("module RAMB18E1"))]
    assert "always" in text[text.index("module DSP48E1") :]

"""Hand-written RTL with its C++ and test bench: one design for each kind of port."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hlsgen.sim.interface import load_interface
from hlsgen.sim.project import cosim_project
from hlsgen.sim.recorder import record_calls
from hlsgen.sim.recording import Recording
from hlsgen.sim.verdict import CallsResult

DESIGNS = Path(__file__).parent / "designs"
MAX_IDLE = 2000


@dataclass(frozen=True, slots=True)
class CallExample:
    """A folder with RTL and signature, and the C++ that belongs to it."""

    top: str
    folder: Path
    sources: tuple[Path, ...]
    bench: tuple[Path, ...]

    @property
    def rtl(self) -> Path:
        return self.folder / "rtl"

    def edit(self, old: str, new: str, file: str = "") -> CallExample:
        """Change one place of the RTL."""
        path = self.rtl / (file or f"{self.top}.v")
        text = path.read_text()
        assert text.count(old) >= 1, old
        path.write_text(text.replace(old, new, 1))
        return self

    def record(self) -> Recording:
        return record_calls(self.sources, self.bench, self.top, load_interface(self.rtl), self.folder / "work")

    def run(self, **options: Any) -> CallsResult:
        options.setdefault("max_idle_cycles", MAX_IDLE)
        return cosim_project(self.rtl, self.record(), self.folder / "work", **options)


def example(
    folder: Path, top: str, arguments: Sequence[dict[str, Any]], files: Sequence[str] = (), **more: Any
) -> CallExample:
    """`top` from `designs/`, with a signature of these arguments."""
    made = CallExample(top, folder, (DESIGNS / "cpp" / f"{top}.cpp",), (DESIGNS / "cpp" / f"{top}_tb.cpp",))
    made.rtl.mkdir(parents=True)
    names = [f"{top}.v", *files]
    for name in names:
        shutil.copy(DESIGNS / name, made.rtl)
    signature = {
        "version": 2,
        "top": top,
        "clock": "ap_clk",
        "reset": "ap_rst_n",
        "reset_active_low": True,
        "clock_ns": 5.0,
        "control": "ap_ctrl_hs",
        "files": names,
        "streams": [],
        "fifos": [],
        "arguments": list(arguments),
        **more,
    }
    (made.rtl / "signature.json").write_text(json.dumps(signature))
    return made


def argument(name: str, kind: str, direction: str, mode: str, bits: int, depth: int = 1, **more: Any) -> dict[str, Any]:
    """An argument with one leaf; `ports` and what else the leaf has may be given."""
    leaf = {"name": name, "bits": bits, "lsb": 0, "count": 1, "depth_words": depth, "ports": more.pop("ports", {})}
    leaf |= {key: more.pop(key) for key in ("offset", "stride") if key in more}
    found = {"name": name, "kind": kind, "direction": direction, "mode": mode, "bits": bits, "depth": depth}
    return {**found, "shape": [depth], "bundle": "", "leaves": [leaf], **more}


def scale(folder: Path) -> CallExample:
    """Scalars and arrays as ports."""
    read = {"address0": "a_address0", "ce0": "a_ce0", "q0": "a_q0"}
    both = {"address0": "b_address0", "ce0": "b_ce0", "q0": "b_q0"}
    both |= {"address1": "b_address1", "ce1": "b_ce1", "we1": "b_we1", "d1": "b_d1"}
    return example(
        folder,
        "scale",
        [
            argument("n", "value", "in", "ap_none", 32, ports={"data": "n"}),
            argument("a", "array", "in", "ap_memory", 32, 16, ports=read),
            argument("b", "array", "inout", "ap_memory", 16, 16, ports=both),
            argument("last", "pointer", "out", "ap_vld", 32, ports={"data": "last", "valid": "last_ap_vld"}),
            argument("ap_return", "return", "out", "ap_none", 32, ports={"data": "ap_return"}),
        ],
    )


def copy(folder: Path, size: int = 1100) -> CallExample:
    """Memory behind AXI4, everything else in registers behind AXI4-Lite."""
    registers = [("ap_return", 0x10, 32, "ap_return", "data"), ("a", 0x18, 64, "a", "offset")]
    registers += [("b", 0x24, 64, "b", "offset"), ("n", 0x30, 32, "n", "data")]
    registers += [("last", 0x38, 16, "last", "data"), ("last_ctrl", 0x3C, 1, "last", "valid")]
    registers += [(name, 4 * place, 32, "", name) for place, name in enumerate(("ctrl", "gie", "ier", "isr"))]
    keys = ("name", "offset", "bits", "argument", "role")
    lite = {
        "name": "s_axi_control",
        "bundle": "control",
        "address_bits": 7,
        "data_bits": 32,
        "interrupt": "interrupt",
        "registers": [dict(zip(keys, register, strict=True)) for register in registers],
    }
    prefix = "m_axi_gmem"
    names = re.findall(rf"\b{prefix}_\w+", (DESIGNS / "copy.v").read_text())
    master = {"name": prefix, "bundle": "gmem", "data_bits": 32, "address_bits": 64, "id_bits": 1, "ports": names}
    memory = {"offset": 0, "stride": 4, "bundle": "gmem"}
    return example(
        folder,
        "copy",
        [
            argument("a", "pointer", "in", "m_axi", 32, size, **memory),
            argument("b", "pointer", "inout", "m_axi", 32, size, **memory),
            argument("n", "value", "in", "s_axilite", 32),
            argument("last", "pointer", "out", "s_axilite", 16),
            argument("ap_return", "return", "out", "s_axilite", 32),
        ],
        axilite=[lite],
        axi_masters=[master],
    )


def reorder(folder: Path) -> CallExample:
    """Streams of beats, two processes with FIFOs between them, calls that overlap."""
    fields = [("data", 16, 0), ("keep", 2, 16), ("strb", 2, 18), ("last", 1, 20)]
    streams = [
        {
            "name": name,
            "direction": direction,
            "data_bits": 16,
            "ports": {field: f"{name}_T{field.upper()}" for field in ("data", "valid", "ready", "last")},
            "fields": [dict(zip(("name", "width", "lsb"), field, strict=True)) for field in fields],
        }
        for name, direction in (("in_stream", "in"), ("out_stream", "out"))
    ]
    fifos = [
        {"name": name, "instance": f"{name}_fifo", "depth": depth, "width": 16, "producer": "split", "consumer": "join"}
        for name, depth in (("even", 4), ("odd", 2))
    ]
    arguments = [
        {"name": s["name"], "kind": "stream", "direction": s["direction"], "mode": "axis", "bits": 21, "depth": 1}
        for s in streams
    ]
    files = ["reorder_split.v", "reorder_join.v", "hlsgen_fifo.v"]
    return example(folder, "reorder", arguments, files, streams=streams, fifos=fifos)

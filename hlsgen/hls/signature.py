"""`signature.json`: the contract of the RTL with everything that uses it, so that nobody has to read Verilog.

Names and widths of ports, handshakes, reset, FIFOs and processes by instance, loops, memories.
"""

from __future__ import annotations

from dataclasses import asdict

from hlsgen.hls.dataflow import Fifo, Region
from hlsgen.hls.interfaces import Interfaces
from hlsgen.hls.llvm.ir import FrontEnd, StreamInfo
from hlsgen.hls.report import HlsReport
from hlsgen.hls.rtl.top import axis_ports, fifo_of_port, port_width, stream_ports

VERSION = 2


def make_signature(
    top: str,
    clock_ns: float,
    front: FrontEnd,
    region: Region,
    plan: Interfaces,
    modules: dict[str, str],
    report: HlsReport,
    files: list[str],
) -> dict:
    """The signature as a JSON object. modules: function -> its module; files: the top module's first."""
    ports = stream_ports(front, region.interface)
    ends = {actual.variable: process.name for process in region.processes for actual in process.bindings.values()}
    slices = [fifo_of_port(name, info, ends[name]) for name, info in ports.items()]
    return {
        "version": VERSION,
        "top": top,
        "clock": "ap_clk",
        "reset": "ap_rst_n",
        "reset_active_low": True,
        "clock_ns": clock_ns,
        "files": files,
        "streams": [_stream(name, info) for name, info in ports.items()],
        **plan_json(front, region, plan),
        "fifos": [_fifo(fifo) for fifo in (*region.fifos, *slices)],
        "processes": [
            {"name": p.name, "instance": f"{p.name}_u", "module": modules[p.function]} for p in region.processes
        ],
        "loops": [asdict(loop) for loop in report.loops],
        "memories": [asdict(memory) for memory in report.memories],
        "multipliers": report.multipliers,
    }


def plan_json(front: FrontEnd, region: Region, plan: Interfaces) -> dict:
    """Control, arguments, AXI4-Lite slaves and AXI4 masters, with the ports of arrays as the kernel uses them."""
    found = plan.to_json()
    for argument in found["arguments"]:
        if argument["mode"] in ("axis", "ap_fifo"):
            items = [item for item in region.interface.streams if item.argument == argument["name"]]
            argument["leaves"] = [{"name": item.name, "bits": item.width_bits} for item in items]
            if items:
                argument["direction"] = "in" if items[0].reads else "out"
    return found


def _stream(name: str, info: StreamInfo) -> dict:
    data = next(field for field in info.fields if field.name == "data")
    return {
        "name": name,
        "direction": "in" if info.reads else "out",
        "data_bits": port_width(data.width, "data"),
        "fields": [{"name": field.name, "width": field.width, "lsb": field.lsb} for field in info.fields],
        "ports": axis_ports(name, info),
    }


def _fifo(fifo: Fifo) -> dict:
    return {
        "name": fifo.name,
        "instance": f"{fifo.name}_fifo",
        "depth": fifo.depth_words,
        "width": fifo.width_bits,
        "producer": fifo.producer,
        "consumer": fifo.consumer,
    }

"""`signature.json`: the contract of the RTL with everything that uses it, so that nobody has to read Verilog.

Names and widths of ports, handshakes, reset, FIFOs and processes by instance, loops, memories.
"""

from __future__ import annotations

import re
from dataclasses import asdict

from hlsgen.hls.cdfg.import_arguments import argument_name
from hlsgen.hls.dataflow import Fifo, Region
from hlsgen.hls.fifos import PlacedFifo
from hlsgen.hls.interfaces import Argument, Interfaces, word_ports
from hlsgen.hls.llvm.ir import STREAM_MODES, FrontEnd, Port
from hlsgen.hls.llvm.layout import size_bytes
from hlsgen.hls.report import HlsReport
from hlsgen.hls.rtl.array_ports import array_port, array_words, direction_of, memory_ports_of
from hlsgen.hls.rtl.top import StreamPort, fifo_of_port, stream_ports

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
    inner: list[PlacedFifo],
) -> dict:
    """The signature as a JSON object. modules: function -> its module; files: the top module's first; inner: FIFOs."""
    ports = stream_ports(front, region.interface)
    ends = {actual.variable: process.name for process in region.processes for actual in process.bindings.values()}
    slices = [fifo_of_port(port.name, port.info, ends[port.name]) for port in ports if port.mode == "axis"]
    return {
        "version": VERSION,
        "top": top,
        "function": front.top,
        "clock": "ap_clk",
        "reset": "ap_rst_n",
        "reset_active_low": True,
        "clock_ns": clock_ns,
        "files": files,
        "streams": [_stream(port) for port in ports],
        **plan_json(front, region, plan),
        "fifos": [*map(_inner_fifo, inner), *map(_fifo, slices)],
        "processes": [
            {"name": p.name, "instance": f"{p.name}_u", "module": modules[p.function]} for p in region.processes
        ],
        "loops": [asdict(loop) for loop in report.loops],
        "memories": [asdict(memory) for memory in report.memories],
        "multipliers": report.multipliers,
    }


def plan_json(front: FrontEnd, region: Region, plan: Interfaces) -> dict:
    """Control, arguments, AXI4-Lite slaves and AXI4 masters, with the ports of streams and arrays that there are."""
    found = plan.to_json()
    known = {port.name: port for port in front.ports}
    for told, argument in zip(found["arguments"], plan.arguments, strict=True):
        if argument.mode in STREAM_MODES:
            items = [item for item in region.interface.streams if item.argument == argument.name]
            told["leaves"] = [{"name": item.name, "bits": item.width_bits} for item in items]
            if items:
                told["direction"] = "in" if items[0].reads else "out"
            if argument.kind == "array":
                told["elements"] = items[0].elements if items else 0
        elif argument.is_memory:
            _add_array_ports(told["leaves"], argument, known[argument.name], region)
        elif argument.mode == "m_axi":
            told["leaves"] = _memory_leaves(argument, known[argument.name])
    return found


def _memory_leaves(argument: Argument, port: Port) -> list[dict]:
    """The scalars of an element behind an AXI4 master: their bits in the packed element, their bytes in memory."""
    stride = size_bytes(port.element)
    ports = dict(argument.leaves[0].ports) if argument.leaves else {}
    return [
        {
            "name": field.name,
            "bits": field.width,
            "lsb": field.lsb,
            "count": field.count,
            "depth_words": argument.depth * field.count,
            "offset": field.offset_bytes,
            "step_bytes": field.step_bytes,
            "stride": stride,
            "ports": ports,
        }
        for field in port.fields
    ]


def _add_array_ports(leaves: list[dict], argument: Argument, port: Port, region: Region) -> None:
    """`ports` of each scalar of the elements; `banks` instead, each with ports and elements, of a divided array."""
    shown = region.interface
    words = array_words(argument, port, shown)
    names = {base: word_ports(argument, base, direction_of(found)) for base, found in words.items()}
    ports = [
        *((item, memory_ports_of(item, array_port(argument, port, item))) for item in shown.arrays),
        *((item, names[base]) for base, found in words.items() for item in found),
    ]
    for told, field in zip(leaves, port.fields, strict=True):
        whole = argument_name(port.name, field)
        told["ports"] = {}
        banks: dict[str, dict] = {}
        for item, found_ports in ports:
            if item.argument != port.name:
                continue
            if item.name == whole:
                told["ports"] |= found_ports
            elif item.elements and re.fullmatch(rf"{re.escape(whole)}_b\d+", item.name):
                base = argument.port if argument.one_word else array_port(argument, port, item)
                elements = range(argument.depth) if argument.one_word else item.elements
                bank = banks.setdefault(base, {"name": base, "elements": list(elements), "ports": {}})
                bank["ports"] |= found_ports
        if banks:
            told["banks"] = list(banks.values())


def _stream(port: StreamPort) -> dict:
    info = port.info
    return {
        "name": port.name,
        "mode": port.mode,
        "direction": "in" if info.reads else "out",
        "data_bits": sum(port.width(field) for field in info.fields if field.name == "data"),
        "fields": [{"name": field.name, "width": field.width, "lsb": field.lsb} for field in info.fields],
        "ports": port.names,
    }


def _inner_fifo(placed: PlacedFifo) -> dict:
    """With what its depth is set by: `key` is that of compile_sources' depths, `variable` that of a STREAM pragma."""
    return {
        **_fifo(placed.fifo),
        "name": placed.name,
        "instance": placed.instance,
        "producer": placed.producer,
        "consumer": placed.consumer,
        "key": f"{placed.function}.{placed.fifo.name}",
        "variable": placed.fifo.variable,
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

"""Calls of many samples for a design between streams: a Verilog wrapper with registers, and TLAST at the end of a call.

In: a folder with RTL whose streams carry one sample after the other, beats of a sample by stream. Out: another one,
whose top has the same name, an AXI4-Lite slave `s_axi_control` with the registers of a call as Vitis HLS would place
them, and streams that are open while a call runs. A receiving DMA engine in simple mode ends its transfer at TLAST, so
that a batch is one transfer each way.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import hlsgen
from hlsgen.core.atomic import write_json, write_text
from hlsgen.core.errors import UserError
from hlsgen.sim.signature import StreamPort

from .kernel import Kernel, load_kernel
from .render import environment
from .wrapper import move_inside, slave_pins, stream_pins

SLAVE, INTERRUPT = "s_axi_control", "interrupt"
SAMPLES, SAMPLES_OFFSET = "samples", 0x10
BEATS_ROLE = "beats"
_CONTROL = (("CTRL", 0x0, 32, "ctrl"), ("GIER", 0x4, 1, "gie"), ("IP_IER", 0x8, 2, "ier"), ("IP_ISR", 0xC, 2, "isr"))


def add_stream_control(rtl: Path, beats: Mapping[str, int], out: Path) -> None:
    """Fill the new folder `out` with `rtl` inside a wrapper. beats: of a sample, by stream.

    Raises a `UserError` for a design that software can start already, and for streams of another kind.
    """
    kernel = load_kernel(rtl)
    if kernel.slaves or kernel.masters or not kernel.inputs or not kernel.outputs:
        raise UserError(
            "only a design between streams, with nothing else, can be given registers for calls",
            where=kernel.top,
            do="build with --io axi",
        )
    registers = control_registers(kernel)
    address_bits = (registers[-1]["offset"] + 3).bit_length()
    inner, files = move_inside(kernel, rtl, out, "stream")
    write_text(out / files[0], _wrapper(kernel, inner, beats, registers, address_bits))
    found: dict[str, Any] = json.loads((rtl / "signature.json").read_text(encoding="utf-8"))
    slave = {"name": SLAVE, "bundle": "control", "address_bits": address_bits, "data_bits": 32}
    samples = {"name": SAMPLES, "kind": "value", "direction": "in", "mode": "s_axilite", "bits": 32, "depth": 1}
    ports = {stream.name: outer_ports(stream) for stream in kernel.streams}
    streams = [{**one, "fields": [], "ports": ports[one["name"]]} for one in found["streams"]]
    found |= {"files": files, "control": "ap_ctrl_hs", "streams": streams}
    found["arguments"] = [*found["arguments"], {**samples, "bundle": "control", "leaves": []}]
    found["axilite"] = [{**slave, "registers": registers, "interrupt": INTERRUPT}]
    write_json(out / "signature.json", found)


def control_registers(kernel: Kernel) -> list[dict[str, Any]]:
    """The registers of a call, its number of samples, and for each stream the beats that have passed in it."""
    empty = {"argument": "", "leaf": "", "depth": 0, "access": "RW"}
    found = [{**empty, "name": name, "offset": at, "bits": bits, "role": role} for name, at, bits, role in _CONTROL]
    argument = {"name": SAMPLES, "argument": SAMPLES, "offset": SAMPLES_OFFSET, "bits": 32, "role": "data"}
    found.append({**empty, **argument})
    for number, stream in enumerate(kernel.streams, start=1):
        name, offset = f"{stream.name}_beats", SAMPLES_OFFSET + 8 * number
        found.append({**empty, "name": name, "offset": offset, "bits": 32, "role": BEATS_ROLE, "access": "R"})
    return found


def outer_ports(stream: StreamPort) -> dict[str, str]:
    """The pins of the wrapper: beats that come in are whole and counted, so that they need neither TKEEP nor TLAST."""
    roles = ("data", "valid", "ready") if stream.is_input else ("data", "keep", "last", "valid", "ready")
    head = stream.ports["data"].removesuffix("TDATA")
    return {role: f"{head}T{role.upper()}" for role in roles}


def _wrapper(
    kernel: Kernel, inner: str, beats: Mapping[str, int], registers: list[dict[str, Any]], address_bits: int
) -> str:
    pins, streams = slave_pins(SLAVE, address_bits), []
    for stream in kernel.streams:
        own = outer_ports(stream)
        pins += stream_pins(replace(stream, ports=own))
        count = beats[stream.name]
        streams.append(
            {
                "name": stream.name,
                "is_input": stream.is_input,
                "beats": count,
                "beat_bits": max(1, (count - 1).bit_length()),
                "keep_bits": stream.data_bits // 8,
                "pins": own,
                "inner": stream.ports,
                "offset": next(r["offset"] for r in registers if r["name"] == f"{stream.name}_beats"),
            }
        )
    template = environment().get_template("deploy/stream_control.v.j2")
    return template.render(
        version=hlsgen.__version__,
        kernel=kernel,
        inner=inner,
        slave=SLAVE,
        interrupt=INTERRUPT,
        pins=pins,
        streams=streams,
        address_bits=address_bits,
        samples_offset=SAMPLES_OFFSET,
        has_start=bool(kernel.pins),
    )

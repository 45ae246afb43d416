"""A Verilog module around a kernel that takes its name: the kernel renamed, its pins as text.

In: a folder with RTL and `signature.json`. Out: another one, with the kernel inside; the module around it is made by
whoever calls.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from hlsgen.core.atomic import disk_errors, write_text
from hlsgen.core.errors import InternalError
from hlsgen.sim.interface import AxiMaster
from hlsgen.sim.signature import StreamPort

from .kernel import Kernel
from .packaging import MASTER_SIGNALS, SLAVE_SIGNALS

_WIDTHS = {"LEN": 8, "SIZE": 3, "BURST": 2, "LOCK": 2, "CACHE": 4, "PROT": 3, "QOS": 4, "REGION": 4, "RESP": 2}


@dataclass(frozen=True, slots=True)
class Pin:
    """A pin of the kernel that the wrapper has too."""

    name: str
    is_input: bool
    bits: int

    @property
    def declared(self) -> str:
        width = f"[{self.bits - 1}:0] " if self.bits > 1 else ""
        return f"{'input' if self.is_input else 'output'} wire {width}{self.name}"


def move_inside(kernel: Kernel, rtl: Path, out: Path, suffix: str) -> tuple[str, list[str]]:
    """Fill the new folder `out` with the Verilog of `rtl`, its top renamed: (its new name, all files, the top first).

    The first file, <top>.v, is still to be written.
    """
    names = [path.name for path in kernel.interface.signature.files]
    inner = f"{kernel.top}_{suffix}"
    while f"{inner}.v" in names:  # modules are named as their files
        inner += "_"
    top = f"{kernel.top}.v"
    others = [name for name in names if name != top]
    with disk_errors(out):
        out.mkdir(parents=True)
        for name in others:
            shutil.copyfile(rtl / name, out / name)
        text = (rtl / top).read_text(encoding="utf-8")
    renamed, count = re.subn(rf"^module {kernel.top}\b", f"module {inner}", text, flags=re.MULTILINE)
    if count != 1:
        raise InternalError(f"{rtl}: module {kernel.top} is there {count} times")
    write_text(out / f"{inner}.v", renamed)
    return inner, [top, f"{inner}.v", *others]


def slave_pins(name: str, address_bits: int) -> list[Pin]:
    """The pins of an AXI4-Lite slave."""
    return [_slave_pin(name, signal, address_bits) for signal in SLAVE_SIGNALS]


def _slave_pin(name: str, signal: str, address_bits: int) -> Pin:
    addresses = {"AWADDR": address_bits, "ARADDR": address_bits}
    bits = {**addresses, "WDATA": 32, "RDATA": 32, "WSTRB": 4, "BRESP": 2, "RRESP": 2}.get(signal, 1)
    is_input = signal in ("AWADDR", "AWVALID", "WDATA", "WSTRB", "WVALID", "BREADY", "ARADDR", "ARVALID", "RREADY")
    return Pin(f"{name}_{signal}", is_input, bits)


def master_pins(master: AxiMaster) -> list[Pin]:
    """The pins of an AXI4 master, as the RTL of hlsgen and of Vitis HLS has them."""
    pins = []
    for signal in MASTER_SIGNALS:
        channel = signal[:2] if signal.startswith(("AW", "AR")) else signal[:1]
        what = signal.removeprefix(channel)
        bits = {**_WIDTHS, "ID": master.id_bits, "ADDR": master.address_bits, "DATA": master.data_bits}.get(what, 1)
        bits = master.data_bits // 8 if what == "STRB" else bits
        pins.append(Pin(f"{master.name}_{signal}", (what == "READY") != (channel in ("R", "B")), bits))
    return pins


def stream_pins(stream: StreamPort) -> list[Pin]:
    """The pins of an AXI stream."""
    bits = {name: width for name, width, _ in stream.fields}
    bits |= {"data": stream.data_bits, "keep": stream.data_bits // 8, "strb": stream.data_bits // 8}
    return [Pin(pin, (role == "ready") != stream.is_input, bits.get(role, 1)) for role, pin in stream.ports.items()]

"""Performance counters around a kernel: a Verilog wrapper with the kernel's own ports, and registers above its own.

In: a folder with RTL and `signature.json`. Out: another one, whose top has the same name and ports, a wider register
map and the kernel inside. What is counted is what crosses the AXI4 masters.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hlsgen
from hlsgen.core.atomic import disk_errors, write_json, write_text
from hlsgen.core.errors import InternalError, UserError
from hlsgen.sim.interface import AxiMaster

from .kernel import Kernel, load_kernel
from .packaging import MASTER_SIGNALS, SLAVE_SIGNALS
from .render import environment

ROLE = "counter"
CLEAR, CYCLES = "PERF_CLEAR", "PERF_CYCLES"
COUNTS = ("READ_BYTES", "WRITE_BYTES", "READ_STALLS", "WRITE_STALLS")
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


def counter_registers(kernel: Kernel) -> tuple[int, list[dict[str, Any]]]:
    """(address bits that the kernel's own map and the counters' each have, the counters as registers).

    The counters lie above the kernel's map: PERF_CLEAR (write 1: all to 0; read: how many masters are counted),
    PERF_CYCLES, and for each master the four of `COUNTS`, as `PERF_<bundle>_<count>`.
    """
    names = [CYCLES, *(f"PERF_{master.bundle}_{count}" for master in kernel.masters for count in COUNTS)]
    split = max(kernel.slaves[0].address_bits, (8 * (len(names) + 1) - 1).bit_length())
    first = 1 << split
    empty = {"argument": "", "role": ROLE, "depth": 0}
    clear = {"name": CLEAR, "offset": first, "bits": 32, "access": "RW", "size_bytes": 4, **empty}
    wide = {"bits": 64, "access": "R", "size_bytes": 8, **empty}
    counts = [{"name": name, "offset": first + 8 * number, **wide} for number, name in enumerate(names, start=1)]
    return split, [clear, *counts]


def add_counters(rtl: Path, out: Path) -> None:
    """Fill the new folder `out` with `rtl` inside a wrapper. Raises a `UserError` for what cannot be counted."""
    kernel = load_kernel(rtl)
    if kernel.streams or len(kernel.slaves) != 1 or not kernel.masters or not kernel.interrupt:
        raise UserError(
            "only a kernel with AXI masters and one s_axilite, without streams, can be counted",
            where=kernel.top,
            do="build with --io axi, or without --counters",
        )
    taken = [register.name for register in kernel.slaves[0].registers if register.name.startswith("PERF_")]
    if taken:
        raise UserError(f"argument {taken[0]!r} has the name of a counter", where=kernel.top, do="rename it")
    split, registers = counter_registers(kernel)
    files = [path.name for path in kernel.interface.signature.files]
    inner = f"{kernel.top}_kernel"
    while f"{inner}.v" in files:  # modules are named as their files
        inner += "_"
    with disk_errors(out):
        out.mkdir(parents=True)
        for name in files:
            if name != f"{kernel.top}.v":
                shutil.copyfile(rtl / name, out / name)
        text = (rtl / f"{kernel.top}.v").read_text(encoding="utf-8")
    renamed, count = re.subn(rf"^module {kernel.top}\b", f"module {inner}", text, flags=re.MULTILINE)
    if count != 1:
        raise InternalError(f"{rtl}: module {kernel.top} is there {count} times")
    write_text(out / f"{inner}.v", renamed)
    write_text(out / f"{kernel.top}.v", _wrapper(kernel, inner, split))
    write_json(out / "signature.json", _signature(rtl, [f"{inner}.v", *files], split, registers))


def _signature(rtl: Path, files: list[str], split: int, registers: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((rtl / "signature.json").read_text(encoding="utf-8"))
    found["files"] = sorted(files, key=lambda name: name != f"{found['top']}.v")
    (slave,) = found["axilite"]
    slave["address_bits"] = split + 1
    slave["registers"] = [*slave["registers"], *registers]
    return found


def _wrapper(kernel: Kernel, inner: str, split: int) -> str:
    slave = kernel.slaves[0]
    return (
        environment()
        .get_template("deploy/counters.v.j2")
        .render(
            version=hlsgen.__version__,
            kernel=kernel,
            inner=inner,
            split=split,
            kernel_bits=slave.address_bits,
            slave=slave.name,
            slave_pins=[_slave_pin(slave.name, signal, split + 1) for signal in SLAVE_SIGNALS],
            signals=SLAVE_SIGNALS,
            master_pins=[pin for master in kernel.masters for pin in master_pins(master)],
            counts=len(COUNTS),
        )
    )


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

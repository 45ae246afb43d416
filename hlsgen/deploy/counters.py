"""Performance counters around a kernel: a Verilog wrapper with the kernel's own ports, and registers above its own.

In: a folder with RTL and `signature.json`. Out: another one, whose top has the same name and ports, a wider register
map and the kernel inside. What is counted is what crosses the AXI4 masters and the streams.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import hlsgen
from hlsgen.core.atomic import write_json, write_text
from hlsgen.core.errors import UserError

from .kernel import Kernel, load_kernel
from .packaging import SLAVE_SIGNALS
from .render import environment
from .wrapper import master_pins, move_inside, slave_pins, stream_pins

ROLE = "counter"
CLEAR, CYCLES = "PERF_CLEAR", "PERF_CYCLES"
COUNTS = ("READ_BYTES", "WRITE_BYTES", "READ_STALLS", "WRITE_STALLS")
STREAM_COUNTS = ("BYTES", "STALLS")


def counter_registers(kernel: Kernel) -> tuple[int, list[dict[str, Any]]]:
    """(address bits that the kernel's own map and the counters' each have, the counters as registers).

    The counters lie above the kernel's map: PERF_CLEAR (write 1: all to 0; read: how many ports are counted),
    PERF_CYCLES, for each master the four of `COUNTS`, as `PERF_<bundle>_<count>`, and for each stream the two of
    `STREAM_COUNTS`, as `PERF_<stream>_<count>`.
    """
    names = [CYCLES, *(f"PERF_{master.bundle}_{count}" for master in kernel.masters for count in COUNTS)]
    names += [f"PERF_{stream.name}_{count}" for stream in kernel.streams for count in STREAM_COUNTS]
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
    if len(kernel.slaves) != 1 or not (kernel.masters or kernel.streams) or not kernel.interrupt:
        raise UserError(
            "only a kernel with AXI masters or streams and one s_axilite can be counted",
            where=kernel.top,
            do="add #pragma HLS INTERFACE s_axilite port=return, or build without --counters",
        )
    taken = [register.name for register in kernel.slaves[0].registers if register.name.startswith("PERF_")]
    if taken:
        raise UserError(f"argument {taken[0]!r} has the name of a counter", where=kernel.top, do="rename it")
    split, registers = counter_registers(kernel)
    inner, files = move_inside(kernel, rtl, out, "kernel")
    write_text(out / files[0], _wrapper(kernel, inner, split))
    write_json(out / "signature.json", _signature(rtl, files, split, registers))


def _signature(rtl: Path, files: list[str], split: int, registers: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((rtl / "signature.json").read_text(encoding="utf-8"))
    found["files"] = files
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
            slave_pins=slave_pins(slave.name, split + 1),
            signals=SLAVE_SIGNALS,
            master_pins=[pin for master in kernel.masters for pin in master_pins(master)],
            stream_pins=[pin for stream in kernel.streams for pin in stream_pins(stream)],
            counts=len(COUNTS) * len(kernel.masters) + len(STREAM_COUNTS) * len(kernel.streams),
        )
    )

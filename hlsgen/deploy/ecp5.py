"""The project of an ECP5 board: the accelerator behind a serial port, its bitstream, and a host in Python.

In: RTL with one AXI stream in and one out. Out: a folder with the Verilog, constraints, bitstream, `report.json`,
driver and samples. The clock is checked after place and route: a bitstream that is too slow is not written.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hlsgen.core.atomic import read_json, write_json, write_text
from hlsgen.core.errors import UserError
from hlsgen.core.paths import data_dir
from hlsgen.core.templates import template_environment
from hlsgen.model.arrays import write_arrays
from hlsgen.sim.signature import Signature, StreamPort, load_signature
from hlsgen.synth import nextpnr

from .design import Design
from .host_numbers import NUMBER_FORMATS, copy_host_modules, describe_number
from .pll import Pll, find_pll

SAMPLES_MAX = 100
TIMEOUT_S = 0.1
BAUD_ERROR_MAX = 0.02
SEED = 1
_STATIC = ("uart_receiver.v", "uart_transmitter.v", "uart_bridge.v")
_CELLS = {"LUT": "TRELLIS_COMB", "FF": "TRELLIS_FF", "multipliers": "MULT18X18D", "block RAM": "DP16KD"}


@dataclass(frozen=True, slots=True)
class Link:
    """The two streams of the accelerator as the serial line sees them."""

    source: StreamPort
    sink: StreamPort
    in_beats: int
    out_beats: int


def write(design: Design, flow: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Fill `folder`; facts with `passed`: whether the clock is met. Raises a `UserError` as `make_project` says."""
    nextpnr.require_tools()
    files = write_sources(design, flow, folder)
    name = files.name
    nextpnr.synthesise(files.verilog, name, folder / f"{name}.json", folder / "yosys.log")
    wanted = files.pll.output_mhz
    placed = nextpnr.place_and_route(folder, name, flow["nextpnr"], wanted, SEED)
    (folder / f"{name}.json").unlink()  # tens of megabytes, and made again in a minute
    passed = placed.fmax_mhz >= wanted
    facts = {
        "clock_mhz": wanted,
        "fmax_mhz": round(placed.fmax_mhz, 2),
        "used": {kind: placed.used[cell] for kind, cell in _CELLS.items() if cell in placed.used},
        "passed": passed,
    }
    if passed:
        nextpnr.pack(folder, name)
        facts["bitstream"] = f"{name}.bit"
    else:
        facts["mismatches"] = [_too_slow(wanted, placed.fmax_mhz, flow["oscillator_mhz"])]
    (folder / f"{name}.config").unlink()
    write_json(folder / "report.json", {**facts, "top": files.top, "pll": asdict(files.pll), "seed": SEED})
    return facts


@dataclass(frozen=True, slots=True)
class Sources:
    """What `write_sources` wrote. top: of the accelerator; name: of the board's top, and of all files of the flow."""

    top: str
    name: str
    verilog: tuple[Path, ...]
    pll: Pll


def write_sources(design: Design, flow: Mapping[str, Any], folder: Path) -> Sources:
    """Everything but what the tools make: Verilog, constraints, driver, samples, README."""
    signature = load_signature(design.rtl)
    interface = _interface(design)
    link = find_link(signature, read_json(design.rtl / "signature.json"), interface)
    pll = find_pll(flow["oscillator_mhz"], 1000 / design.clock_ns)
    clocks_per_bit = round(pll.output_mhz * 1e6 / flow["baud"])
    error = abs(pll.output_mhz * 1e6 / max(clocks_per_bit, 1) / flow["baud"] - 1)
    if clocks_per_bit < 4 or error > BAUD_ERROR_MAX:
        raise UserError(
            f"{pll.output_mhz:.6g} MHz make no {flow['baud']:,} baud (off by {100 * error:.1f}%)",
            where=f"board {design.board.name}",
            do="choose another --clock",
        )
    name = f"{signature.top}_{design.board.name}"
    (folder / "rtl").mkdir()
    for path in signature.files:
        shutil.copy(path, folder / "rtl" / path.name)
    for static in (*_STATIC, "driver.py"):
        shutil.copy(data_dir("templates") / "ulx3s" / static, folder / static)
    identity = _identity(signature)
    given = {
        "top": signature.top,
        "name": name,
        "board": design.board,
        "flow": flow,
        "pll": pll,
        "baud": flow["baud"],
        "clocks_per_bit": clocks_per_bit,
        "timeout_clocks": round(pll.output_mhz * 1e6 * TIMEOUT_S),
        "in_bytes": link.source.data_bits // 8,
        "in_beats": link.in_beats,
        "out_bytes": link.sink.data_bits // 8,
        "out_beats": link.out_beats,
        "identity": identity,
        "connections": _connections(signature, link),
        "files": [path.name for path in signature.files],
        "samples": design.vectors is not None,
        "checks": design.checks,
    }
    templates = template_environment("templates")
    written = {"top.v": f"{name}.v", "board.lpf": f"{name}.lpf", "README.md": "README.md", "Makefile": "Makefile"}
    for template, target in written.items():
        write_text(folder / target, templates.get_template(f"ulx3s/{template}.j2").render(given))
    sides = {"input": (link.source, interface["inputs"][0]), "output": (link.sink, interface["outputs"][0])}
    keys = ("port", "tensor", "lanes", "beats", "element_bits")
    described = {
        side: {
            **{key: port[key] for key in keys},
            "bytes": stream.data_bits // 8,
            "number": describe_number(port["format"]),
        }
        for side, (stream, port) in sides.items()
    }
    head = {"top": signature.top, "board": design.board.name, "identity": identity, "baud": flow["baud"]}
    write_json(folder / "design.json", {**head, "clock_mhz": pll.output_mhz, **described})
    copy_host_modules(folder, NUMBER_FORMATS)
    if design.vectors is not None:
        _write_samples(design.vectors, link, folder / "samples.npz")
    verilog = [folder / "rtl" / path.name for path in signature.files]
    verilog += [folder / static for static in (*_STATIC, f"{name}.v")]
    return Sources(signature.top, name, tuple(verilog), pll)


def find_link(signature: Signature, raw: Mapping[str, Any], interface: Mapping[str, Any]) -> Link:
    """The streams to connect. Raises a `UserError` for a design with other ports than one stream in and one out."""
    others = [argument["name"] for argument in raw.get("arguments", ()) if argument["kind"] != "stream"]
    if len(signature.inputs) != 1 or len(signature.outputs) != 1 or others:
        ports = [*(stream.name for stream in signature.streams), *others]
        raise UserError(
            f"ports {', '.join(ports)}: a serial line feeds one AXI stream in and reads one out",
            where=f"design {signature.top}",
            do="choose another pattern, or a board with memory",
        )
    return Link(
        signature.inputs[0], signature.outputs[0], interface["inputs"][0]["beats"], interface["outputs"][0]["beats"]
    )


def _interface(design: Design) -> dict[str, Any]:
    interface = read_json(design.cpp / "interface.json") if design.cpp else None
    if interface is None:
        raise UserError(
            "there is no interface.json, which says how many beats a sample has",
            where=str(design.cpp or design.rtl),
            do="on this board, build a design.py; bare C++ has no samples",
        )
    return interface


def _connections(signature: Signature, link: Link) -> list[tuple[str, str]]:
    """(port of the accelerator, what it is connected to in the board's top)."""
    wires = [(signature.clock, "clk"), (signature.reset, f"{'' if signature.reset_active_low else '!'}core_reset_n")]
    if signature.control != "ap_ctrl_none":
        wires += [("ap_start", "1'b1"), ("ap_done", ""), ("ap_idle", ""), ("ap_ready", "")]
    if signature.control == "ap_ctrl_chain":
        wires += [("ap_continue", "1'b1")]
    bits = link.source.data_bits // 8
    into = {"data": "in_data", "valid": "in_valid", "ready": "in_ready", "last": "in_last"}
    into |= dict.fromkeys(("keep", "strb"), f"{{{bits}{{1'b1}}}}")
    out = {"data": "out_data", "valid": "out_valid", "ready": "out_ready"}
    wires += [(port, into.get(field, "1'b0")) for field, port in link.source.ports.items()]
    return wires + [(port, out.get(field, "")) for field, port in link.sink.ports.items()]


def _identity(signature: Signature) -> str:
    """64 bits that tell one accelerator from another."""
    digest = hashlib.sha256()
    for path in signature.files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _write_samples(vectors: Path, link: Link, path: Path) -> None:
    """The first samples of the vectors, as bytes (samples, bytes of a sample)."""

    def beats(stream: StreamPort, count: int) -> np.ndarray:
        size = stream.data_bits // 8
        lines = (vectors / f"{stream.name}.hex").read_text(encoding="ascii").split()[: count * SAMPLES_MAX]
        data = b"".join((int(line, 16) & ((1 << 8 * size) - 1)).to_bytes(size, "little") for line in lines)
        return np.frombuffer(data, dtype=np.uint8).reshape(-1, count * size)

    write_arrays(path, {"inputs": beats(link.source, link.in_beats), "outputs": beats(link.sink, link.out_beats)})


def _too_slow(wanted_mhz: float, fmax_mhz: float, oscillator_mhz: float) -> str:
    possible = find_pll(oscillator_mhz, fmax_mhz).output_mhz
    period_ns = float(f"{1000 / possible + 0.005:.2f}")
    return (
        f"the clock of {wanted_mhz:.6g} MHz is not met: {fmax_mhz:.2f} MHz after place and route; "
        f"--clock {period_ns:g} ({possible:.6g} MHz) would do"
    )

"""The folder that goes to a board under PYNQ: a driver in Python, what it has to know, a notebook and samples.

In: the C++ project's `interface.json`; the kernel; its block design. Out: `overlay/`. The driver is the same file for
every design, under the design's name; `<name>.json` tells the designs apart.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np

from hlsgen.core.atomic import disk_errors, read_json, write_json, write_text
from hlsgen.core.errors import InternalError
from hlsgen.core.paths import data_dir
from hlsgen.model.arrays import write_arrays

from .block_design import BlockDesign
from .counters import ROLE
from .design import Design, Samples
from .host_numbers import NUMBER_FORMATS, TENSOR_CALLS, WEIGHT_BYTES, copy_host_modules, describe_number
from .hwh import register_words
from .kernel import Kernel
from .notebook import notebook
from .stream_ports import engines, in_memory, is_between_streams

FOLDER = "overlay"
ENGINES = "stream_engines.py"


def write_overlay(design: Design, kernel: Kernel, blocks: BlockDesign, pynq_board: str, folder: Path) -> bool:
    """Fill `folder`/overlay; whether there is a driver: a generated design has one, C++ of other people's has none.

    pynq_board: what PYNQ calls the board in the environment (BOARD), "" when that is not known.
    """
    interface = read_json(design.cpp / "interface.json") if design.cpp else None
    has_streams = is_between_streams(interface) and bool(kernel.slaves)
    if not isinstance(interface, dict) or not (has_streams or interface.get("io") == "axi"):
        return False
    interface = in_memory(interface) if has_streams else interface
    out, name = folder / FOLDER, kernel.top
    with disk_errors(out):
        out.mkdir(exist_ok=True)
        shutil.copyfile(data_dir("templates") / "pynq" / "driver.py", out / f"{name}.py")
        copy_host_modules(out, NUMBER_FORMATS, *TENSOR_CALLS)
        if "parameters" in interface:
            copy_host_modules(out, WEIGHT_BYTES)
        if has_streams:
            shutil.copyfile(data_dir("templates") / "pynq" / ENGINES, out / ENGINES)
    data = {**driver_data(interface, kernel, blocks, pynq_board), "predicted_cycles": _cycles(design)}
    write_json(out / f"{name}.json", data)
    if design.samples is not None:
        write_arrays(out / "samples.npz", design.samples.arrays())
        write_text(out / f"{name}.ipynb", notebook(data, design.samples, design.board))
    return True


def driver_data(interface: dict[str, Any], kernel: Kernel, blocks: BlockDesign, pynq_board: str) -> dict[str, Any]:
    """All that the driver knows of a design: numbers, tensors, their places in memory, registers."""
    data, engine_of = tensor_data(interface, kernel), engines(blocks)
    for port in data["ports"] if interface["io"] == "stream" else ():
        port["engine"] = engine_of[port["name"]]
    return {
        **data,
        "io": interface["io"],
        "instance": kernel.instance,
        "interrupt": kernel.interrupt,
        "clock_mhz": blocks.clock_mhz,
        "image": blocks.processor.image,
        "pynq_board": pynq_board,
        "machine": "armv7l" if blocks.processor.family == "zynq" else "aarch64",
        "handoff": f"../handoff/{kernel.top}.hwh",
        "rtl": "../rtl",
    }


def _cycles(design: Design) -> dict[str, int] | None:
    timing = design.timing
    return {"first": timing.latency, "next": timing.interval} if timing else None


def tensor_data(interface: dict[str, Any], kernel: Kernel) -> dict[str, Any]:
    """What every host knows: tensors, their formats, the ports of memory that they lie behind, registers."""
    (slave,) = kernel.slaves
    offsets = {register.argument: register.offset for register in slave.registers if register.role == "offset"}
    samples = next((r.offset for r in slave.registers if r.argument == interface["samples"]), None)
    if samples is None:
        raise InternalError(f"{kernel.top}: no register for the number of samples", interface)
    ports = []
    for way in ("inputs", "outputs"):
        for port in interface[way]:
            known = {key: port[key] for key in ("tensor", "dtype", "shape", "sample_bytes")}
            heads = (port.get("part") or {}).get("heads")
            place = {"offset": offsets[port["port"]]} if interface["io"] == "axi" else {"beat": port["beat"]}
            place |= {"name": port["port"], "is_input": way == "inputs"}
            ports.append({**place, **known, "heads": heads, "format": port["format"]})
    formats = {port["tensor"]: port.pop("format") for port in ports}
    tensors = {name: {"shape": _whole(name, ports), **describe_number(text)} for name, text in formats.items()}
    return {
        "name": kernel.top,
        "vlnv": kernel.vlnv,
        "control": kernel.control,
        "samples_offset": samples,
        "parameters": parameter_data(interface, kernel),
        "registers": {name: offset for name, offset, _, _ in register_words(slave, kernel.control)},
        "counters": {r.name: r.offset for r in slave.registers if r.role == ROLE},
        "inputs": list(dict.fromkeys(port["tensor"] for port in ports if port["is_input"])),
        "outputs": list(dict.fromkeys(port["tensor"] for port in ports if not port["is_input"])),
        "tensors": tensors,
        "ports": ports,
    }


def parameter_data(interface: dict[str, Any], kernel: Kernel) -> dict[str, Any] | None:
    """Weights and biases that the host may load, and the registers for it; None where they are baked in."""
    known = interface.get("parameters")
    if known is None:
        return None
    (slave,) = kernel.slaves
    offsets = {register.argument: register.offset for register in slave.registers}
    return {
        "name": known["port"],
        "offset": offsets[known["port"]],
        "load_offset": offsets[known["load"]],
        "bytes": known["words"] * known["width_bits"] // 8,
        "tensors": [{**tensor, "number": describe_number(tensor["format"])} for tensor in known["tensors"]],
    }


def _whole(tensor: str, ports: list[dict[str, Any]]) -> list[int]:
    """The shape of a tensor, whose heads several ports may share."""
    shared = [port for port in ports if port["tensor"] == tensor]
    shape = list(shared[0]["shape"])
    if shared[0]["heads"]:
        shape[-3] = max(sum(port["heads"]) for port in shared)
    return shape


def first_samples(inputs: dict[str, np.ndarray], outputs: np.ndarray, labels: np.ndarray | None, most: int) -> Samples:
    """At most `most` of the samples, single precision where that changes nothing."""
    kept = {name: _slim(array[:most]) for name, array in inputs.items()}
    return Samples(kept, outputs[:most], None if labels is None else labels[:most])


def _slim(values: np.ndarray) -> np.ndarray:
    single = values.astype(np.float32)
    return single if np.array_equal(single, values) else values

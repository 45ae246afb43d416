"""Many scheduled functions as one design: each a process with ports of its own, so that one simulator runs them all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from function_maker import Example

from hlsgen.core.errors import Place
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.dataflow import Actual, Process, Region
from hlsgen.hls.interfaces import Interfaces
from hlsgen.hls.kernel_interface import KernelInterface, interface_of
from hlsgen.hls.llvm.ir import FrontEnd, Module, Port, PtrType, StreamField, StreamInfo
from hlsgen.hls.report import make_report
from hlsgen.hls.rtl.fifo import FIFO_MODULE, FIFO_TEXT
from hlsgen.hls.rtl.process import build_process
from hlsgen.hls.rtl.top import build_top
from hlsgen.hls.rtl.verilog import print_file, print_module
from hlsgen.hls.signature import make_signature

TOP = "region"


def write_region(functions: Mapping[str, ScheduledFunction], folder: Path) -> list[Path]:
    """Verilog and signature.json of `functions` side by side, under names; the Verilog files."""
    processes, ports, streams = [], [], []
    interfaces = {name: interface_of(scheduled) for name, scheduled in functions.items()}
    for name, interface in interfaces.items():
        bindings = {item.name: Actual(f"{name}_{item.name}") for item in interface.streams}
        processes.append(Process(name, name, bindings, Place()))
        for item in interface.streams:
            port = bindings[item.name].variable
            fields = (StreamField("data", item.width_bits, 0),)
            info = StreamInfo("top", port, item.width_bits, fields)
            ports.append(Port(port, PtrType(), "axis", info))
            streams.append(replace(item, name=port, argument=port))
    region = Region("top", tuple(processes), (), (), (), KernelInterface(tuple(streams)))
    front = FrontEnd(Module({}, {}), "top", (), (), tuple(ports), (), ())
    plan = Interfaces("ap_ctrl_hs", (), (), ())
    modules = {name: f"{TOP}_{name}" for name in functions}
    top, _ = build_top(TOP, front, region, plan, modules, interfaces)
    built = [top, *(build_process(f, modules[name]) for name, f in functions.items())]
    texts = {module.name: print_module(module) for module in built} | {FIFO_MODULE: FIFO_TEXT}
    report = make_report(TOP, 5.0, "xcup", front, {"top": region}, dict(functions))
    files = [folder / f"{name}.v" for name in texts]
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(print_file("", text))
    signature = make_signature(TOP, 5.0, front, region, plan, modules, report, [file.name for file in files], [])
    (folder / "signature.json").write_text(json.dumps(signature))
    return files


def write_vectors(examples: Mapping[str, Example], folder: Path, samples: int) -> None:
    """Random inputs of `samples` calls of every function, and what the interpreter makes of them."""
    folder.mkdir(parents=True, exist_ok=True)
    beats = {"samples": samples}
    for number, (name, example) in enumerate(examples.items()):
        words: dict[str, list[int]] = {"a": [], "out": []}
        memories: dict[str, list[int]] = {}
        for call in range(samples):
            given = example.inputs(1000 * number + call)
            words["a"] += given["a"]
            words["out"] += interpret(example.function, given, memories)["out"]
        for stream, values in words.items():
            (folder / f"{name}_{stream}.hex").write_text("".join(f"{value:x}\n" for value in values))
            beats[f"{name}_{stream}"] = len(values)
    (folder / "vectors.json").write_text(json.dumps(beats))

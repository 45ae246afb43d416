"""The structure of the top function: processes, and the FIFOs between them.

A top function with DATAFLOW holds stream variables and calls of processes, nothing else. Any other top function is
one process of its own. Each stream must have one producer and one consumer, and no stream may lead back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hlsgen.core.errors import Place, UserError
from hlsgen.hls.cdfg.intrinsics import IGNORED
from hlsgen.hls.llvm import ir as llvm

DEFAULT_DEPTH_WORDS = 2


@dataclass(frozen=True, slots=True)
class Process:
    """One call: `streams` maps the function's parameters to stream names of the region."""

    name: str
    function: str  # mangled
    streams: dict[str, str]
    loc: Place


@dataclass(frozen=True, slots=True)
class Fifo:
    name: str
    width_bits: int
    depth_words: int
    producer: str
    consumer: str


@dataclass(frozen=True, slots=True)
class Region:
    """`ports`: streams of the top function by name, each an AXI-Stream port of the design."""

    processes: tuple[Process, ...]
    fifos: tuple[Fifo, ...]
    ports: dict[str, llvm.StreamInfo]


def read_region(front: llvm.FrontEnd) -> Region:
    """The region of the top function."""
    top = front.module.functions[front.top]
    ports = {}
    for port in front.ports:
        if port.stream is None:
            raise UserError(
                f"port {port.name!r} of {top.pretty!r} is not a stream, or nothing uses it",
                where=port.loc,
                do="use hls::stream and axis",
            )
        if port.mode not in ("", "axis"):
            raise UserError(
                f"port {port.name!r} is a stream with interface {port.mode!r}", where=port.loc, do="use axis"
            )
        ports[port.name] = port.stream if port.stream.axis else _packed(port.stream)
    if not _is_dataflow(front, top):
        streams = {name: name for name in ports}
        return Region((Process(top.pretty, top.name, streams, top.loc),), (), ports)
    processes = _processes(front, top)
    return Region(processes, _fifos(front, top, processes, ports), ports)


def _packed(info: llvm.StreamInfo) -> llvm.StreamInfo:
    """A struct that is no ap_axiu goes through a port as one word."""
    return replace(info, fields=(llvm.StreamField("data", info.element_bits, 0),))


def _is_dataflow(front: llvm.FrontEnd, top: llvm.Function) -> bool:
    return any(
        d.kind == "dataflow" and d.function == top.name and isinstance(d.target, llvm.FunctionTarget)
        for d in front.directives
    )


def _processes(front: llvm.FrontEnd, top: llvm.Function) -> tuple[Process, ...]:
    found: list[Process] = []
    for info in front.streams:
        if info.function == top.name and info.count != 1:
            raise UserError(
                f"{info.name!r} is an array of streams", where=top.loc, do="give each stream a name of its own"
            )
    if len(top.blocks) != 1:
        raise UserError(
            f"control flow in the dataflow region {top.pretty!r}",
            where=top.loc,
            do="leave only calls of processes in it",
        )
    for instruction in top.blocks[0].instructions:
        if instruction.opcode in ("alloca", "ret") or instruction.callee.startswith(IGNORED):
            continue
        target = front.module.functions.get(instruction.callee)
        if instruction.opcode != "call" or target is None:
            raise UserError(
                f"{instruction.opcode!r} in the dataflow region {top.pretty!r}",
                where=instruction.loc,
                do="move computation into a process",
            )
        streams = {}
        for param, operand in zip(target.params, instruction.operands, strict=True):
            if not isinstance(operand, llvm.Local):
                raise UserError(
                    f"argument {param.name!r} of process {target.pretty!r} is not a stream of the region",
                    where=instruction.loc,
                    do="pass streams only",
                )
            streams[param.name] = operand.name
        name = _fresh(target.pretty, {process.name for process in found})
        found.append(Process(name, target.name, streams, instruction.loc))
    return tuple(found)


def _fresh(wanted: str, taken: set[str]) -> str:
    """`wanted`, numbered from the second call (or template instance, or overload) of that name on."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def _fifos(
    front: llvm.FrontEnd, top: llvm.Function, processes: tuple[Process, ...], ports: dict[str, llvm.StreamInfo]
) -> tuple[Fifo, ...]:
    infos = {(info.function, info.name): info for info in front.streams}
    depths = {
        d.target.name: int(d.options.get("depth", DEFAULT_DEPTH_WORDS))
        for d in front.directives
        if d.kind == "stream" and d.function == top.name and isinstance(d.target, llvm.VariableTarget)
    }
    order = {process.name: position for position, process in enumerate(processes)}
    writers: dict[str, list[str]] = {}
    readers: dict[str, list[str]] = {}
    for process in processes:
        for param, stream in process.streams.items():
            info = infos[process.function, param]
            if info.writes:
                writers.setdefault(stream, []).append(process.name)
            if info.reads:
                readers.setdefault(stream, []).append(process.name)
    fifos = []
    for (function, name), info in infos.items():
        if function != top.name:
            continue
        made, taken = writers.get(name, []), readers.get(name, [])
        where = replace(top.loc, name=f"stream {name!r}")
        is_port = name in ports
        if len(made) + len(taken) != (1 if is_port else 2) or max(len(made), len(taken)) > 1:
            raise UserError(
                f"written by {made or 'nobody'}, read by {taken or 'nobody'}",
                where=where,
                do="give every stream one producer and one consumer",
            )
        if is_port:
            continue
        if order[made[0]] >= order[taken[0]]:
            raise UserError(
                f"feedback: {made[0]!r} comes after its consumer {taken[0]!r}", where=where, do="call producers first"
            )
        depth = depths.get(name, DEFAULT_DEPTH_WORDS)
        if depth < 1:
            raise UserError(f"depth={depth}", where=where, do="give a positive depth")
        fifos.append(Fifo(name, info.element_bits, depth, made[0], taken[0]))
    return tuple(fifos)

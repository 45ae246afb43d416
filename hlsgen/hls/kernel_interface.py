"""The interfaces of modules, from the functions that they run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hlsgen.core.errors import UserError
from hlsgen.hls.bind.memory_kinds import in_registers
from hlsgen.hls.bind.requests import requests_under_way
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.cdfg.ir import MEMORY_KINDS, Function, Kind, Unit
from hlsgen.hls.cdfg.written import kept_words
from hlsgen.hls.items import ArrayItem, ArrayPort, InputItem, KernelInterface, OutputItem, StreamItem
from hlsgen.hls.llvm.ir import FrontEnd
from hlsgen.hls.llvm.parse import source_name
from hlsgen.hls.rtl.memory_ports import assign_ports


def interface_of(scheduled: ScheduledFunction) -> KernelInterface:
    """The interface of the module that `build_process` makes."""
    function = scheduled.function
    kinds: dict[str, set[Kind]] = {}
    for op in function.ops.values():
        if op.kind in MEMORY_KINDS:
            kinds.setdefault(op.object, set()).add(op.kind)
    inputs = [InputItem(p.name, p.argument, p.width) for p in function.params.values()]
    outputs, arrays = [], []
    ports, kept = assign_ports(scheduled), kept_words(function)
    for memory in function.memories.values():
        used = kinds.get(memory.name, set())
        if not memory.external or not used:
            continue
        if in_registers(memory):
            if Kind.LOAD in used or memory.name in kept:
                inputs.append(InputItem(memory.name, memory.argument, memory.width, memory.elements))
            if Kind.STORE in used:
                outputs.append(OutputItem(memory.name, memory.argument, memory.width, memory.elements))
            continue
        found = ports[memory.name]
        each = tuple(ArrayPort(n, n in found.loads.values(), n in found.stores.values()) for n in found.numbers)
        arrays.append(ArrayItem(memory.name, memory.argument, memory.width, memory.depth_words, each, memory.elements))
    streams = [
        StreamItem(s.name, s.argument or s.name, s.width, s.direction == "in", s.fields, s.bus, elements=s.elements)
        for s in function.used_streams()
    ]
    streams = [replace(s, under_way=requests_under_way(scheduled, s.name)) if s.bus else s for s in streams]
    shared = arrays or any(stream.bus for stream in streams)
    under_way = 0 if shared else scheduled.calls_under_way
    return KernelInterface(tuple(streams), tuple(inputs), tuple(outputs), tuple(arrays), under_way)


def caller_interface(
    scheduled: ScheduledFunction, own: KernelInterface, interfaces: Mapping[str, KernelInterface]
) -> KernelInterface:
    """The interface of a function together with the functions that it calls. own: of the module of its body."""
    function = scheduled.function
    ends = {f"{unit.name}_{end}" for unit in function.units for end in ("start", "done")}
    streams = {item.name: item for item in own.streams if item.name not in ends}
    arrays = {item.name: item for item in own.arrays}
    for unit in function.units:
        for stream in interfaces[unit.function].streams:
            name = unit.bindings[stream.name]
            streams[name] = replace(stream, name=name, argument=function.streams[name].argument or name)
        for item in interfaces[unit.function].arrays:
            name = unit.bindings[item.name]
            _check_alike(function, name, item, unit)
            if name in arrays:
                arrays[name] = replace(arrays[name], ports=array_ports(arrays[name], item))
            else:
                memory = function.memories[name]
                words = memory.depth_words
                arrays[name] = replace(
                    item, name=name, argument=memory.argument, depth_words=words, elements=memory.elements
                )
    outside = (item for name, item in arrays.items() if not function.memories[name].shared)
    return replace(own, streams=tuple(streams.values()), arrays=tuple(outside))


def _check_alike(function: Function, name: str, item: ArrayItem, unit: Unit) -> None:
    """The bank of ours that the callee takes for one of its own: the same elements, as far as our array goes."""
    callee = source_name(unit.function)
    memory = function.memories.get(name)
    if memory is not None and in_registers(memory):
        raise UserError(
            f"{item.argument!r} of {callee!r} has banks of several words, and those of {memory.argument!r} have one",
            where=function.loc,
            do="divide them into fewer banks, or make the function a template, or inline it",
        )
    elements = zip(memory.elements, item.elements, strict=False) if memory is not None else ()
    if memory is None or any(min(pair) >= 0 and pair[0] != pair[1] for pair in elements):
        raise UserError(
            f"{item.argument!r} of {callee!r} is divided in another way than the array passed for it",
            where=function.loc,
            do="give every ARRAY_PARTITION of it the same options",
        )


def array_ports(item: ArrayItem, other: ArrayItem | None) -> tuple[ArrayPort, ...]:
    """The ports that a memory needs so that both can use it, one after the other."""
    found = {port.number: port for port in item.ports}
    for port in other.ports if other else ():
        mine = found.get(port.number, ArrayPort(port.number, False, False))
        found[port.number] = ArrayPort(port.number, mine.reads or port.reads, mine.writes or port.writes)
    return tuple(found[number] for number in sorted(found))


def argument_directions(front: FrontEnd, interface: KernelInterface) -> dict[str, str]:
    """Argument of the top -> "in", "out" or "inout", as the kernel uses it. A struct of which only some members are
    written is both."""
    found = {}
    for port in front.ports:
        items = [item for item in interface.items() if item.argument == port.name]
        made = [item for item in items if isinstance(item, OutputItem)]
        scalars = sum(leaf.count for leaf in port.fields)
        partly = port.kind == "pointer" and 0 < len(made) < scalars
        streams = [item for item in items if isinstance(item, StreamItem) and not item.bus]
        if streams and port.is_streamed:
            found[port.name] = "in" if streams[0].reads else "out"
            continue
        asked = {item.name.rpartition("_")[2] for item in items if isinstance(item, StreamItem) and item.bus}
        if asked:
            found[port.name] = "inout" if {"ar", "aw"} <= asked else "in" if "ar" in asked else "out"
            continue
        reads = partly or any(isinstance(i, InputItem) or (isinstance(i, ArrayItem) and i.reads) for i in items)
        writes = bool(made) or any(isinstance(i, ArrayItem) and i.writes for i in items)
        found[port.name] = "inout" if reads and writes else "out" if writes else "in" if reads else ""
    return found

"""What became of pragmas on operators and variables: ALLOCATION, BIND_OP, BIND_STORAGE, RESET, STABLE, STREAM, the
form of structs, trip counts. Each rule gives (honoured, remark or reason), or None for honoured and nothing to say."""

from __future__ import annotations

import re
from collections.abc import Callable

from hlsgen.hls.bind.memory_kinds import in_registers, memory_kind
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.bind.sharing import multipliers
from hlsgen.hls.cdfg.import_wishes import limits_products
from hlsgen.hls.cdfg.ir import Kind, Memory
from hlsgen.hls.dataflow import is_region
from hlsgen.hls.llvm.ir import AssignmentTarget, Directive, FrontEnd, LoopTarget, Port, VariableTarget
from hlsgen.hls.llvm.tasks import only_tasks

Remark = tuple[bool, str]
_LOGIC = "add sub udiv sdiv urem srem div rem and or xor shl lshr ashr icmp compare ctlz".split()
_TYPES = "ram_1p ram_2p ram_s2p ram_t2p ram_1wnr rom_1p rom_2p rom_np".split()


def wish_remark(directive: Directive, scheduled: ScheduledFunction | None, front: FrontEnd) -> Remark | None:
    """scheduled: the function that the pragma stands in, None for a region."""
    rule = _RULES.get(directive.kind)
    return rule(directive, scheduled, front) if rule else None


# ---- operators


def _allocation(directive: Directive, scheduled: ScheduledFunction | None, front: FrontEnd) -> Remark | None:
    options = directive.options
    if "function" in options or options.get("type") == "function":
        kept = any(f.pretty == options.get("instances") for f in front.module.functions.values())
        if kept:
            return True, "all calls from one function share a module"
        return False, "the function is inlined: with INLINE off all calls from one function share a module"
    if not limits_products(directive):
        return False, "only products take turns: operation instances=mul limit="
    if scheduled is None:
        return False, "the function is a region: say it in its processes"
    left = multipliers(scheduled.function, scheduled.shared)
    if left > int(options["limit"]):
        return False, f"{left} are left: small products, those of other registers and those in a chain take no turns"
    return None


def _bind_op(directive: Directive, scheduled: ScheduledFunction | None, _: FrontEnd) -> Remark | None:
    options = directive.options
    if (op := str(options.get("op", "")).lower()) != "mul":
        if op not in _LOGIC:
            return False, f"op is one of mul, {', '.join(_LOGIC)}"
        if str(options.get("impl", "auto")).lower() in ("fabric", "auto") and int(options.get("latency", 0)) <= 0:
            return None
        return False, "only products are bound (op=mul): other operators are logic without registers"
    if str(options.get("impl", "auto")).lower() not in ("dsp", "fabric", "auto"):
        return False, "impl is one of dsp, fabric"
    if scheduled is None or not isinstance(directive.target, AssignmentTarget):
        return False, "it stands in a region: say it in a process"
    lines = {(place.file, place.line) for place in directive.target.places}
    ops = scheduled.function.ops.values()
    if not any(op.kind is Kind.MUL and (op.loc.file, op.loc.line) in lines for op in ops):
        return False, "no product is left on the lines that assign to it"
    return None


# ---- variables


def _memories(directive: Directive, scheduled: ScheduledFunction, front: FrontEnd) -> list[Memory]:
    """Those that the variable became: one, or one for each member and bank."""
    assert isinstance(directive.target, VariableTarget)
    name = directive.target.name
    name = front.module.globals[name].pretty if name in front.module.globals else name
    memories = scheduled.function.memories
    if name in memories:
        return [memories[name]]
    return [memory for each, memory in memories.items() if re.match(rf"{re.escape(name)}_", each)]


def _bind_storage(directive: Directive, scheduled: ScheduledFunction | None, front: FrontEnd) -> Remark | None:
    if directive.options.get("impl", "auto") not in ("auto", "bram", "lutram", "uram"):
        return False, "impl is one of bram, lutram, uram"
    type = str(directive.options.get("type", "")).lower()
    said = (True, "a read takes one cycle") if int(directive.options.get("latency", 1)) != 1 else None
    if not type or not isinstance(directive.target, VariableTarget):
        return said
    if type not in _TYPES:
        return False, f"type is one of {', '.join(_TYPES)}"
    if scheduled is None:
        two = type in ("ram_2p", "ram_s2p", "ram_t2p")
        return said if two else (False, "an array between processes has the ports that they use")
    found = [memory for memory in _memories(directive, scheduled, front) if not in_registers(memory)]
    remarks = [remark for memory in found if (remark := _ports(type, memory)) is not None]
    return next((remark for remark in remarks if not remark[0]), remarks[0] if remarks else said)


def _ports(type: str, memory: Memory) -> Remark | None:
    kind = "argument" if memory.external else memory_kind(memory)
    if memory.rom:
        return None if type.startswith("rom") else (True, "nothing writes it: it is a ROM")
    if type.startswith("rom"):
        return False, "the array is written"
    match type, kind:
        case "ram_s2p" | "ram_1wnr", "argument":
            return False, "each port of an argument reads or writes"
        case "ram_t2p", "lutram":
            return False, "LUT RAM has one write port"
        case "ram_2p" | "ram_t2p", "uram":
            return False, "an UltraRAM has one port for reads and one for writes"
        case "ram_2p", "bram":
            return True, "both ports can write"
        case "ram_1wnr", "bram" | "uram":
            return False, "only LUT RAM is copied for more reads"
    return None


def _reset(directive: Directive, scheduled: ScheduledFunction | None, front: FrontEnd) -> Remark | None:
    if "off" in directive.options:
        return False, "a register with a first value gets it at reset"
    found = _memories(directive, scheduled, front) if scheduled is not None else []
    if not found or any(memory.external for memory in found):
        return False, "it is no static variable: nothing of it is left when a call begins"
    if not all(in_registers(memory) for memory in found):
        return False, "a memory keeps what is in it: only registers are reset"
    return None


def _stable(directive: Directive, scheduled: ScheduledFunction | None, front: FrontEnd) -> Remark | None:
    if directive.function != front.top:
        return False, "it is no argument of the top function"
    if scheduled is None:
        if only_tasks(front.module.functions[front.top]):
            return None
        return False, "a region hands arguments to its processes when a call begins"
    assert isinstance(directive.target, VariableTarget)
    if any(param.stable for param in scheduled.function.params.values() if param.argument == directive.target.name):
        return None
    return False, "only scalars that are passed by value are copied when a call begins"


def _port(directive: Directive, front: FrontEnd) -> Port | None:
    ports = front.ports if directive.function == front.top else front.function_ports.get(directive.function, ())
    name = directive.target.name if isinstance(directive.target, VariableTarget) else ""
    return next((port for port in ports if port.name == name), None)


def _is_stream(directive: Directive, front: FrontEnd) -> bool:
    assert isinstance(directive.target, VariableTarget)
    keys = {(info.function, info.name) for info in front.streams}
    return bool(keys & {(directive.function, directive.target.name), ("", directive.target.name)})


def _stream(directive: Directive, _: ScheduledFunction | None, front: FrontEnd) -> Remark | None:
    if not isinstance(directive.target, VariableTarget):
        return False, "it names no stream: variable="
    buffered = "off" in directive.options or str(directive.options.get("type", "")).lower() == "pipo"
    if not _is_stream(directive, front):
        return None if buffered else _streamed(directive, front)
    if buffered:
        return False, "an hls::stream is a FIFO"
    if _port(directive, front) is not None:
        return False, "the stream is an argument: its FIFO lies outside, where it is declared"
    return None


def _streamed(directive: Directive, front: FrontEnd) -> Remark | None:
    """STREAM on an array: it is a FIFO where both sides access it in order."""
    assert isinstance(directive.target, VariableTarget)
    if not is_region(front, directive.function) or _port(directive, front) is not None:
        return False, "it is no array of a DATAFLOW region, between its processes"
    reason = front.buffered.get((directive.function, directive.target.name))
    return (False, f"it has two banks: {reason}") if reason else None


def _aggregate(directive: Directive, _: ScheduledFunction | None, front: FrontEnd) -> Remark | None:
    if not isinstance(directive.target, VariableTarget):
        return False, "it names nothing: variable="
    port = _port(directive, front)
    is_stream = _is_stream(directive, front)
    wants = directive.kind == "aggregate"
    if port is not None and not is_stream and len(port.fields) == 1:
        return None
    whole = port is not None and (port.kind in ("value", "pointer") or port.mode == "m_axi" or port.is_streamed)
    one_word = is_stream or whole
    if one_word != wants:
        what = "a stream carries whole structs" if is_stream else "a struct is one word, in memory behind AXI as in C++"
        return False, what if one_word else "an array of structs is one memory per member"
    return None


# ---- loops and functions


def _tripcount(directive: Directive, scheduled: ScheduledFunction | None, _: FrontEnd) -> Remark | None:
    if "max" not in directive.options:
        return False, "max= is missing"
    if scheduled is None or not isinstance(directive.target, LoopTarget):
        return None
    loop = scheduled.function.loops.get(directive.target.header)
    known = loop.trip_count if loop is not None and not loop.flattened else None
    return (True, f"it is known to be {known}") if known not in (None, directive.options["max"]) else None


def _instantiate(directive: Directive, _: ScheduledFunction | None, front: FrontEnd) -> Remark | None:
    if directive.function == front.top:
        return False, "the top function is not called"
    return False, "all calls from one function share a module: a function that is inlined is made for every call"


_RULES: dict[str, Callable[[Directive, ScheduledFunction | None, FrontEnd], Remark | None]] = {
    "aggregate": _aggregate,
    "allocation": _allocation,
    "bind_op": _bind_op,
    "bind_storage": _bind_storage,
    "disaggregate": _aggregate,
    "function_instantiate": _instantiate,
    "loop_tripcount": _tripcount,
    "reset": _reset,
    "stable": _stable,
    "stream": _stream,
}

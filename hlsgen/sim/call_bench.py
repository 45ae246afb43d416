"""The bench that plays recorded calls: what `sim/calls.sv.j2` needs to know of each design, numbered.

Only shapes are in it, so that other values, and any number of calls, run in the same simulator. `stimulus` writes the
files that the bench reads, in the same numbering.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import UserError
from ..core.paths import data_dir
from ..core.templates import template_environment
from .interface import Argument, AxiLite, AxiMaster, Interface, Leaf
from .recording import Recording, stream_names
from .signature import Fifo, StreamPort

STATIC = ("stall_gate.sv", "call_source.sv", "call_sink.sv", "call_memory.sv", "call_axilite.sv", "call_axi.sv")
CONTROL = "calls.vlt"
COCOTB_MODULE = "calls_bench"
ADDRESS_BITS = 64  # of an offset port
PATIENCE = 10  # a call may be busy for so many times the cycles that it may be idle
# In memory behind an AXI master arguments are aligned to the bus and to their elements only.
_AXI_ALIGNMENT_MAX_BYTES = 16
_AXI_GAP_BYTES = 64  # behind each argument, that nothing may touch
_AXI_FAR = 1 << 33  # where the memory lies when addresses have the bits for it
_LITE_OUT = ("awaddr", "awvalid", "wdata", "wstrb", "wvalid", "bready", "araddr", "arvalid", "rready")
_LITE_IN = ("awready", "wready", "bresp", "bvalid", "arready", "rdata", "rresp", "rvalid")
_SIDE_CHANNELS = ("data", "keep", "strb", "user", "last", "id", "dest")


@dataclass(frozen=True, slots=True)
class AxiMemory:
    """The memory behind AXI masters. latency_cycles: from the address to the first beat.

    before_page_words: the first argument lies so far before the end of a 4 KB page, so that bursts meet it early.
    """

    latency_cycles: int = 16
    before_page_words: int = 5


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a stream's element and its port."""

    role: str
    port: str
    port_width: int
    width: int
    lsb: int


@dataclass(frozen=True, slots=True)
class Stream:
    """`tied`: ports of an input that no field drives."""

    index: int
    name: str
    is_input: bool
    bits: int
    fields: tuple[Field, ...]
    port: StreamPort
    tied: tuple[tuple[str, str], ...]

    @property
    def salt(self) -> int:
        """Every port stalls in a pattern of its own."""
        return (self.index + 1) * 0x9E3779B1 % 2**32

    @property
    def care(self) -> str:
        driven = sum((1 << field.width) - 1 << field.lsb for field in self.fields)
        return f"{self.bits}'h{driven:x}"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A port that carries one value per call. `valid`: the port that says when (outputs), "" without."""

    index: int
    argument: Argument
    leaf: Leaf
    port: str
    bits: int
    valid: str = ""
    acknowledge: str = ""

    @property
    def bytes(self) -> int:
        return -(-self.bits // 8)


@dataclass(frozen=True, slots=True)
class Memory:
    """`checks`: the design may write it. `ports`: role with its number, such as "address0", -> Verilog name."""

    index: int
    argument: Argument
    leaf: Leaf

    @property
    def name(self) -> str:
        return self.leaf.name or self.argument.name

    @property
    def bits(self) -> int:
        return self.leaf.bits

    @property
    def depth(self) -> int:
        return self.leaf.depth_words

    @property
    def checks(self) -> bool:
        return self.argument.is_output

    @property
    def ports(self) -> dict[str, str]:
        return self.leaf.ports


@dataclass(frozen=True, slots=True)
class Lite:
    index: int
    port: AxiLite

    @property
    def name(self) -> str:
        return self.port.name

    @property
    def address_bits(self) -> int:
        return self.port.address_bits

    @property
    def interrupt(self) -> str:
        return self.port.interrupt

    @property
    def salt(self) -> int:
        return (self.index + 101) * 0x9E3779B1 % 2**32


@dataclass(frozen=True, slots=True)
class Master:
    """An AXI4 master and the memory behind it. `places`: byte address of each argument."""

    index: int
    port: AxiMaster
    base: int
    words: int
    places: dict[str, int]
    signals: tuple[tuple[str, int], ...]
    absent: tuple[str, ...]
    latency: int

    @property
    def name(self) -> str:
        return self.port.name

    @property
    def data_bits(self) -> int:
        return self.port.data_bits

    @property
    def address_bits(self) -> int:
        return self.port.address_bits

    @property
    def id_bits(self) -> int:
        return max(1, self.port.id_bits)

    @property
    def salt(self) -> int:
        return (self.index + 201) * 0x9E3779B1 % 2**32


@dataclass(frozen=True)
class Plan:
    """The bench of one design."""

    interface: Interface
    streams: tuple[Stream, ...]
    inputs: tuple[Scalar, ...]
    outputs: tuple[Scalar, ...]
    memories: tuple[Memory, ...]
    lites: tuple[Lite, ...]
    masters: tuple[Master, ...]

    @property
    def pins(self) -> bool:
        """Whether ap_start and the like are pins."""
        return self.interface.signature.control != "ap_ctrl_none" and self.interface.control_port is None

    @property
    def free_running(self) -> bool:
        return self.interface.signature.control == "ap_ctrl_none"

    @property
    def overlaps(self) -> bool:
        """Whether calls may overlap: nothing that they share but streams, values that go with ap_ready, and those that
        are there with ap_done or told before it."""
        shared = self.memories or self.lites or self.masters
        held = any(each.acknowledge for each in self.outputs) or (self.free_running and self.outputs)
        return not shared and not held


def plan_bench(interface: Interface, recording: Recording, memory: AxiMemory | None = None) -> Plan:
    """What is at each port. Raises `UserError` for a design that cannot be driven."""
    signature = interface.signature
    streams = _streams(interface, recording)
    inputs: list[Scalar] = []
    outputs: list[Scalar] = []
    memories: list[Memory] = []
    used: set[str] = set()
    for argument in interface.arguments:
        for leaf in () if argument.is_stream else argument.leaves:
            ports = {role: name for role, name in leaf.ports.items() if name not in used}
            used |= set(ports.values())
            if any(role.startswith("address") for role in ports):
                memories.append(Memory(len(memories), argument, leaf))
                continue
            is_input = argument.direction == "in"
            bits = leaf.bits * (len(leaf.elements) or leaf.count)
            if "offset" in ports:
                inputs.append(Scalar(len(inputs), argument, leaf, ports["offset"], ADDRESS_BITS))
            for role, end in (("data_in", "_in"), *([("data", "")] if is_input else [])):
                if role in ports:
                    handshake = ports.get(f"valid{end}", ""), ports.get(f"ack{end}", "")
                    inputs.append(Scalar(len(inputs), argument, leaf, ports[role], bits, *handshake))
            for role in ("data_out", *([] if is_input else ["data"])):
                if role in ports:
                    handshake = ports.get("valid", ""), ports.get("ack", "")
                    outputs.append(Scalar(len(outputs), argument, leaf, ports[role], bits, *handshake))
    plan = Plan(
        interface,
        streams,
        tuple(inputs),
        tuple(outputs),
        tuple(memories),
        tuple(Lite(index, port) for index, port in enumerate(interface.axilite)),
        tuple(
            _master(index, port, interface, memory or AxiMemory()) for index, port in enumerate(interface.axi_masters)
        ),
    )
    tells = any(not s.is_input for s in streams) or any(output.valid for output in outputs)
    if plan.free_running and not tells:
        raise UserError(
            "with ap_ctrl_none nothing tells when a call has ended",
            where=signature.top,
            do="give it an output stream, or take ap_ctrl_hs",
        )
    return plan


def _streams(interface: Interface, recording: Recording) -> tuple[Stream, ...]:
    ports = {port.name: port for port in interface.signature.streams}
    bits = {name: recording.bits[argument] for argument, names in stream_names(interface).items() for name in names}
    found = []
    for index, name in enumerate(bits):
        port = ports.get(name)
        if port is None:
            raise UserError(f"stream {name!r} has no port in signature.json", where=interface.signature.top)
        fields = _fields(port, bits[name])
        tied = [
            (port.ports[role], "'1" if role in ("keep", "strb") else "'0")
            for role in port.ports
            if role in _SIDE_CHANNELS and all(each.role != role for each in fields)
        ]
        found.append(Stream(index, name, port.is_input, bits[name], fields, port, tuple(tied)))
    return tuple(found)


def _fields(port: StreamPort, bits: int) -> tuple[Field, ...]:
    listed = port.fields
    if not listed and "last" in port.ports and bits > port.data_bits:  # an ap_axiu without user, id and dest
        strobes = port.data_bits // 8
        widths = (("data", port.data_bits), ("keep", strobes), ("strb", strobes), ("last", 1))
        listed = tuple(
            (name, width, sum(before for _, before in widths[:index])) for index, (name, width) in enumerate(widths)
        )
    listed = listed or (("data", bits, 0),)
    return tuple(
        Field(name, port.ports[name], port.data_bits if name == "data" else width, width, lsb)
        for name, width, lsb in listed
        if name in port.ports and width > 0
    )


def _master(index: int, port: AxiMaster, interface: Interface, memory: AxiMemory) -> Master:
    """The arguments one after the other, each aligned, with a gap that nothing may touch behind it."""
    behind = [a for a in interface.arguments if a.mode == "m_axi" and a.bundle == port.bundle]
    has_offset = {r.argument for lite in interface.axilite for r in lite.registers if r.role == "offset"}
    has_offset |= {a.name for a in behind if any("offset" in leaf.ports for leaf in a.leaves)}
    word = port.data_bits // 8
    base = _AXI_FAR if port.address_bits > 34 and all(a.name in has_offset for a in behind) else 0
    start = at = base + 4096 - memory.before_page_words * word if base else 0  # if it is ours to choose
    places = {}
    for argument in behind:
        alignment = max(word, min(argument.stride_bytes & -argument.stride_bytes, _AXI_ALIGNMENT_MAX_BYTES))
        at = -(-at // alignment) * alignment
        places[argument.name] = at if argument.name in has_offset else 0
        at += argument.depth * max(1, argument.stride_bytes) + _AXI_GAP_BYTES
    widths = {"addr": port.address_bits, "id": max(1, port.id_bits), "len": 8, "size": 3, "burst": 2, "resp": 2}
    widths |= {"data": port.data_bits, "strb": word}
    signals, absent = [], []
    for name in _AXI_SIGNALS:
        kind = name.lstrip("a")[1:]
        signals.append((name, widths.get(kind, 1)))
        if port.ports and f"{port.name}_{name.upper()}" not in port.ports and name not in _AXI_INPUTS:
            absent.append(name)
    return Master(
        index, port, start, -(-(at - start) // word), places, tuple(signals), tuple(absent), memory.latency_cycles
    )


_AXI_SIGNALS = (
    *("araddr", "arid", "arlen", "arsize", "arburst", "arvalid", "arready"),
    *("rdata", "rid", "rlast", "rresp", "rvalid", "rready"),
    *("awaddr", "awid", "awlen", "awsize", "awburst", "awvalid", "awready"),
    *("wdata", "wstrb", "wlast", "wvalid", "wready", "bid", "bresp", "bvalid", "bready"),
)
_AXI_INPUTS = frozenset("arready rdata rid rlast rresp rvalid awready wready bid bresp bvalid".split())  # of the design


def connections(plan: Plan) -> list[tuple[str, str]]:
    """Port of the design -> net of the bench; block control, clock and reset are in the template."""
    found: list[tuple[str, str]] = []
    for s in plan.streams:
        found += [(s.port.ports["valid"], f"valid_{s.index}"), (s.port.ports["ready"], f"ready_{s.index}")]
        for f in s.fields:
            if s.is_input:
                found.append((f.port, f"{f.port_width}'(element_{s.index}[{f.lsb} +: {f.width}])"))
            else:
                found.append((f.port, f"out_{s.index}_{f.role}"))
        found += s.tied if s.is_input else [(port, "") for port, _ in s.tied]
    for v in plan.inputs:
        found.append((v.port, f"value_i{v.index}"))
        found += [(v.valid, "1'b1")] if v.valid else []
        found += [(v.acknowledge, "")] if v.acknowledge else []
    for v in plan.outputs:
        found.append((v.port, f"value_o{v.index}"))
        found += [(v.valid, f"valid_o{v.index}")] if v.valid else []
        found += [(v.acknowledge, "1'b1")] if v.acknowledge else []
    for m in plan.memories:
        found += [(port, f"{role}_m{m.index}") for role, port in m.ports.items()]
    for a in plan.lites:
        found += [(f"{a.name}_{name.upper()}", f"{name}_a{a.index}") for name in (*_LITE_OUT, *_LITE_IN)]
        found += [(a.interrupt, f"interrupt_a{a.index}")] if a.interrupt else []
    for x in plan.masters:
        for name in _AXI_SIGNALS:
            port = f"{x.name}_{name.upper()}"
            if not x.port.ports or port in x.port.ports:
                found.append((port, f"{name}_x{x.index}"))
        users = (f"{x.name}_{each}" for each in ("RUSER", "BUSER"))
        found += [(port, "'0") for port in users if not x.port.ports or port in x.port.ports]
    return found


def bench_sources() -> tuple[Path, ...]:
    """The control file and the static sources, as Verilator takes them."""
    return tuple(data_dir("sim") / name for name in (CONTROL, *STATIC))


def render_calls_bench(plans: Sequence[Plan], renamed: Sequence[dict[str, str]], clock_ns: float) -> str:
    """The text of the bench of all `plans`; the files of design n are in the folder n. renamed: of each design, modules
    that have another name than in its signature."""
    designs = [_design(number, *each) for number, each in enumerate(zip(plans, renamed, strict=True))]
    return (
        template_environment("sim")
        .get_template("calls.sv.j2")
        .render(half_period_ps=max(1, round(clock_ns * 500)), designs=designs, patience=PATIENCE)
    )


def _design(number: int, plan: Plan, renamed: dict[str, str]) -> dict[str, object]:
    signature = plan.interface.signature

    def new(name: str) -> str:
        return renamed.get(name, name)

    fifos = [
        Fifo(f.name, ".".join(map(new, f.instance.split("."))), f.depth, f.producer, f.consumer)
        for f in signature.fifos
    ]
    return {
        "bench": f"calls_bench_{number}",
        "folder": str(number),
        "top": signature.top,
        "module": new(signature.top),
        "clock": new(signature.clock),
        "reset": new(signature.reset),
        "reset_active_low": signature.reset_active_low,
        "pins": plan.pins,
        "chain": plan.pins and signature.control == "ap_ctrl_chain",
        "lite_control": plan.interface.control_port is not None,
        "free_running": plan.free_running,
        "awaits_valid": not any(not s.is_input for s in plan.streams),
        "streams": plan.streams,
        "inputs": plan.inputs,
        "outputs": plan.outputs,
        "memories": plan.memories,
        "lites": plan.lites,
        "lite_signals": (*_LITE_OUT, *_LITE_IN),
        "masters": plan.masters,
        "fifos": fifos,
        "connections": [(new(port), net) for port, net in connections(plan)],
    }

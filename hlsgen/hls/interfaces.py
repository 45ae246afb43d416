"""How every argument of the top function becomes ports and registers: a frozen plan, made before any hardware is.

Modes and defaults are those of Vitis HLS (UG1399, "Interface synthesis"): a value is a port of its own (ap_none), a
reference that is written gets a valid (ap_vld, both ways ap_ovld), an array the ports of a memory, a stream is
AXI4-Stream. m_axi pointers get their address from a register (offset=slave) unless the pragma says otherwise.
Conflicts are `UserError`s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from hlsgen.core.errors import Place, UserError
from hlsgen.core.naming import RESERVED
from hlsgen.hls.bus_widths import MASTER_BITS_MAX, bundle_of, bus_bits
from hlsgen.hls.cdfg.layout import canonical, leaves
from hlsgen.hls.divided import is_divided, is_one_word
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.layout import size_bytes
from hlsgen.hls.register_map import (
    AP_CTRL,
    GIE,
    IER,
    ISR,
    WORD_BYTES,
    Placed,
    Wanted,
    address_bits,
    place,
)

DEFAULT_BUNDLE = "control"
ADDRESS_BITS = 64
LATENCY_CYCLES = 20  # from a request of an AXI master to its word, when the user says nothing
DEPTH_MAX = 1 << 20  # words of an array behind AXI4-Lite

# What may be asked for each kind of argument; the first is what it gets without a pragma (by direction for pointers).
_VALUE_MODES = ("ap_none", "ap_vld", "ap_hs", "ap_ack", "ap_stable", "s_axilite")
_POINTER_MODES = ("ap_none", "ap_vld", "ap_ovld", "ap_hs", "ap_ack", "ap_stable", "s_axilite", "m_axi")
_ARRAY_MODES = ("ap_memory", "bram", "s_axilite", "m_axi", *ir.STREAM_MODES)
_STREAM_MODES = ir.STREAM_MODES
_MODES = {
    "value": _VALUE_MODES,
    "pointer": _POINTER_MODES,
    "array": _ARRAY_MODES,
    "stream": _STREAM_MODES,
    "streams": _STREAM_MODES,
    "return": ("ap_none", "s_axilite"),
}
WORD_MODES = ("ap_none", "ap_vld", "ap_ovld")  # of an array that is divided into words
_POINTER_DEFAULTS = {"in": "ap_none", "out": "ap_vld", "inout": "ap_ovld"}
_OFFSETS = ("slave", "direct", "off")
_VHDL = frozenset(
    """abs access after alias all and architecture array assert attribute begin block body buffer bus case component
    configuration constant disconnect downto else elsif end entity exit file for function generate generic group guarded
    if image impure in inertial inout input is label library linkage literal loop map mod nand new next nor not null of
    on open or others out output package port postponed procedure process pure range record register reject rem report
    return rol ror select severity shared signal sla sll sra srl subtype then to transport type unaffected units until
    use variable wait when while with xnor xor""".split()
)


@dataclass(frozen=True, slots=True)
class LeafPort:
    """A scalar of an argument's element: `bits` from bit `lsb` of the packed element, `count` of them in a row.

    `ports`: role -> Verilog name. m_axi: the leaf lies `offset` bytes into an element of `stride` bytes.
    """

    name: str
    bits: int
    lsb: int = 0
    count: int = 1
    depth_words: int = 1
    ports: Mapping[str, str] = field(default_factory=dict)
    offset: int = 0
    stride: int = 0


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of the top, or its return value (`kind` "return", name "ap_return").

    `port`: the base of its port and register names; `offset_mode` of m_axi: slave, direct or off. `stable`: does not
    change while a call is under way. `one_word`: an array that is one port (ARRAY_RESHAPE).
    """

    name: str
    port: str
    kind: str
    direction: str
    mode: str
    bits: int
    shape: tuple[int, ...]
    depth: int
    bundle: str = ""
    leaves: tuple[LeafPort, ...] = ()
    offset_mode: str = ""
    stable: bool = False
    one_word: bool = False
    loc: Place = field(default_factory=Place)

    @property
    def is_memory(self) -> bool:
        """An array with ports of its own: a memory outside, or words (WORD_MODES)."""
        return self.mode == "ap_memory" or (self.kind == "array" and self.mode in WORD_MODES)


@dataclass(frozen=True, slots=True)
class Register:
    """A register as a driver sees it. role: control, gie, ier, isr, data, data_in, data_out, valid, window, offset.

    `bits` may be more than a word: further words follow. A window holds `depth` elements, `bits` each.
    """

    name: str
    offset: int
    bits: int
    access: str  # RW, R, RC (cleared by the reading)
    argument: str
    role: str
    depth: int = 0
    size_bytes: int = WORD_BYTES


@dataclass(frozen=True, slots=True)
class AxiLite:
    """One AXI4-Lite slave. `control`: it carries the block's handshake; `chain`: with ap_continue."""

    bundle: str
    address_bits: int
    registers: tuple[Register, ...]
    control: bool
    chain: bool = False

    @property
    def name(self) -> str:
        return f"s_axi_{self.bundle}"

    def of(self, argument: str) -> tuple[Register, ...]:
        return tuple(register for register in self.registers if register.argument == argument)

    def shown_role(self, register: Register) -> str:
        """What `signature.json` calls the role: data both of inputs and outputs, data_out only where there are both."""
        both = any(other.role == "data_in" for other in self.of(register.argument))
        plain = {"control": "ctrl", "data_in": "data", "window": "memory", "data_out": "data_out" if both else "data"}
        return plain.get(register.role, register.role)

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "bundle": self.bundle,
            "address_bits": self.address_bits,
            "data_bits": 8 * WORD_BYTES,
            "registers": [{**asdict(register), "role": self.shown_role(register)} for register in self.registers],
            "interrupt": "interrupt" if self.control else "",
        }


@dataclass(frozen=True, slots=True)
class AxiMaster:
    """One AXI4 master. Lengths in beats; `latency_cycles`: what the schedule expects of a read."""

    bundle: str
    data_bits: int
    arguments: tuple[str, ...]
    max_read_burst: int = 16
    max_write_burst: int = 16
    read_outstanding: int = 16
    write_outstanding: int = 16
    latency_cycles: int = LATENCY_CYCLES
    id_bits: int = 1
    address_bits: int = ADDRESS_BITS

    @property
    def name(self) -> str:
        return f"m_axi_{self.bundle}"

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, **asdict(self)}


@dataclass(frozen=True, slots=True)
class Note:
    """Something asked for that became something else."""

    loc: Place
    text: str


@dataclass(frozen=True, slots=True)
class Interfaces:
    """The plan. `control`: ap_ctrl_hs, ap_ctrl_chain or ap_ctrl_none; on pins unless a slave has `control`."""

    control: str
    arguments: tuple[Argument, ...]
    axilite: tuple[AxiLite, ...]
    masters: tuple[AxiMaster, ...]
    notes: tuple[Note, ...] = ()

    def argument(self, name: str) -> Argument:
        """By its C++ name."""
        return next(argument for argument in self.arguments if argument.name == name)

    def slave_of(self, argument: str) -> AxiLite | None:
        """The AXI4-Lite slave with a register of this argument."""
        return next((slave for slave in self.axilite if slave.of(argument)), None)

    @property
    def control_slave(self) -> AxiLite | None:
        return next((slave for slave in self.axilite if slave.control), None)

    def to_json(self) -> dict[str, Any]:
        """The parts of `signature.json` that are about arguments."""
        return {
            "control": self.control,
            "arguments": [_argument_json(argument) for argument in self.arguments],
            "axilite": [slave.to_json() for slave in self.axilite],
            "axi_masters": [master.to_json() for master in self.masters],
        }


def plan_interfaces(front: ir.FrontEnd, uses: Mapping[str, str]) -> Interfaces:
    """The plan of the top function. uses: argument -> in, out or inout, as the code uses it."""
    return _Planner(front, uses).run()


def port_name(name: str) -> str:
    """`name`, with _r behind it when VHDL or Verilog reserve it: what Vitis HLS does."""
    return f"{name}_r" if name.lower() in _VHDL or name in RESERVED else name


# ---- the plan -----------------------------------------------------------------------------------------------------


class _Planner:
    def __init__(self, front: ir.FrontEnd, uses: Mapping[str, str]) -> None:
        self.front, self.uses = front, uses
        self.notes: list[Note] = []
        self.top = front.module.functions[front.top]

    def run(self) -> Interfaces:
        front = self.front
        ports = [*front.ports, *([front.result] if front.result is not None else [])]
        arguments = [self.argument(port, is_return=port is front.result) for port in ports]
        pairs = list(zip(ports, arguments, strict=True))
        masters = self.masters(pairs)
        slaves = self.slaves(pairs)
        plan = Interfaces(front.control, tuple(arguments), slaves, masters, tuple(self.notes))
        self.check_names(plan)
        return plan

    def refuse(self, port: ir.Port, what: str, do: str) -> UserError:
        loc = port.loc if port.loc.line else self.top.loc
        return UserError(what, where=replace(loc, name=port.name), do=do)

    # ---- one argument

    def argument(self, port: ir.Port, is_return: bool) -> Argument:
        kind = "return" if is_return else port.kind
        mode = self.mode(port, kind)
        direction = self.direction(port, kind)
        stable = mode == "ap_stable"
        depth = 1
        for extent in port.shape:
            depth *= extent
        if kind == "array" and not depth:
            depth = self.integer(port, "depth", 0, low=1) or 0
        found = Argument(
            name=port.name,
            port=port_name(str(port.options.get("name", port.name))),
            kind=kind,
            direction=direction,
            mode="ap_none" if stable else mode,
            bits=port.bits,
            shape=port.shape,
            depth=depth,
            stable=stable,
            loc=port.loc,
        )
        if kind in ("pointer", "return") and mode not in ("m_axi", "ap_memory", "bram", "axis"):
            self.check_members(port)
        match mode:
            case "m_axi":
                return self.on_master(port, found)
            case "s_axilite":
                return self.on_slave(port, found)
            case "axis" | "ap_fifo":
                return found
            case "ap_memory" | "bram":
                return replace(found, mode="ap_memory", leaves=self.memory_leaves(port, found))
            case _ if kind == "array":
                return replace(
                    found,
                    leaves=self.memory_leaves(port, found),
                    one_word=is_one_word(self.front, port, direction),
                )
        return replace(found, leaves=(LeafPort(found.port, port.bits, ports=scalar_ports(found, mode)),))

    def mode(self, port: ir.Port, kind: str) -> str:
        modes = _MODES[kind]
        divided = is_divided(self.front, port)
        if divided:
            modes = (*WORD_MODES, *modes)
        if not port.mode:
            if port.options.get("axilite"):
                return "s_axilite"
            if kind == "pointer" or divided:
                return _POINTER_DEFAULTS[self.direction(port, kind)]
            return modes[0]
        mode = {"ap_auto": modes[0], "none": "ap_none", "memory": "ap_memory"}.get(port.mode, port.mode)
        if mode == "ap_ovld" and kind == "value":
            raise self.refuse(port, "ap_ovld of an input, which has no output to be valid", "use ap_vld or ap_none")
        if mode == "ap_ovld" and (kind == "pointer" or divided) and self.direction(port, kind) == "in":
            return "ap_none"  # what it gives the input of an argument; this one has no output
        if mode not in modes:
            article = {"value": "a value", "pointer": "a reference or pointer", "array": "an array",
                       "return": "the return value"}.get(kind, "a stream")  # fmt: skip
            raise self.refuse(port, f"INTERFACE {mode} cannot be had for {article}", f"use one of {', '.join(modes)}")
        return mode

    def direction(self, port: ir.Port, kind: str) -> str:
        if kind == "value":
            return "in"
        if kind == "return":
            return "out"
        if kind in ("stream", "streams"):
            return "in" if port.stream is None or port.stream.reads else "out"
        return "in" if port.is_const else self.uses.get(port.name) or "in"

    def check_members(self, port: ir.Port) -> None:
        target = ir.VariableTarget(port.name)
        said = [d for d in self.front.directives if d.target == target and d.function == self.front.top and d.text]
        if any(leaf.count > 1 for leaf in port.fields) and any(d.kind.startswith("array_") for d in said):
            do = "leave the pragma out, the words of such arrays are apart anyway"
            raise self.refuse(port, "a partitioned array in a class that goes through a port as one word", do)

    def memory_leaves(self, port: ir.Port, found: Argument) -> tuple[LeafPort, ...]:
        if not found.depth:
            raise self.refuse(port, "an array of unknown size", "give its extents, or depth= in the INTERFACE pragma")
        made = []
        for leaf in port.fields or (ir.Leaf("", port.bits, 0, False, 0),):
            name = f"{found.port}_{leaf.name.replace('.', '_')}" if leaf.name else found.port
            made.append(LeafPort(name, leaf.width, leaf.lsb, leaf.count, found.depth * leaf.count, memory_ports(name)))
        return tuple(made)

    def on_master(self, port: ir.Port, found: Argument) -> Argument:
        offset = str(port.options.get("offset", "slave"))
        if offset not in _OFFSETS:
            raise self.refuse(port, f"offset={offset} of an m_axi port", f"use one of {', '.join(_OFFSETS)}")
        depth = self.integer(port, "depth", found.depth or 1, low=1) or 1
        ports = {"offset": found.port} if offset == "direct" else {}
        stride = size_bytes(port.element)
        made = tuple(
            LeafPort(
                f"{found.port}{leaf.path}", leaf.bits, 8 * leaf.offset, ports=ports, offset=leaf.offset, stride=stride
            )
            for leaf in leaves(canonical(port.element))
        )
        return replace(found, depth=depth, bundle=bundle_of(port), leaves=made, offset_mode=offset)

    def on_slave(self, port: ir.Port, found: Argument) -> Argument:
        if found.depth > DEPTH_MAX or not found.depth:
            raise self.refuse(port, f"s_axilite of an array of {found.depth or 'unknown'} words", "use m_axi")
        if found.kind == "array" and (found.direction == "" or len(port.fields) > 1):
            raise self.refuse(port, "s_axilite of an array of structs", "use an array for each member, or m_axi")
        key = "axilite_bundle" if "axilite_bundle" in port.options else "bundle"
        bundle = str(port.options.get(key, DEFAULT_BUNDLE))
        return replace(found, bundle=bundle, leaves=(LeafPort(found.port, port.bits, depth_words=found.depth),))

    def integer(self, port: ir.Port, key: str, default: int, low: int, high: int = 1 << 31) -> int:
        value = port.options.get(key, default)
        if not isinstance(value, int) or (key in port.options and not low <= value <= high):
            raise self.refuse(port, f"{key}={value}", f"give a number from {low} to {high}")
        return value

    # ---- slaves

    def slaves(self, pairs: list[tuple[ir.Port, Argument]]) -> tuple[AxiLite, ...]:
        """The AXI4-Lite slaves, the one with the control block first."""
        bundles: dict[str, list[tuple[Wanted, Argument, str]]] = {}
        control = self.front.control_bundle
        if control:
            bundles[control] = []
        in_order = [pair for pair in pairs if pair[1].kind == "return"] + [p for p in pairs if p[1].kind != "return"]
        for port, argument in in_order:
            if argument.mode == "s_axilite":
                direction = "return" if argument.kind == "return" else argument.direction
                depth = argument.depth if argument.kind == "array" else 0
                wanted = Wanted(argument.port, argument.bits, direction, depth, self.user_offset(port, "offset"))
                bundles.setdefault(argument.bundle, []).append((wanted, argument, "data"))
            elif argument.offset_mode == "slave":
                bundle = str(port.options.get("axilite_bundle", DEFAULT_BUNDLE))
                wanted = Wanted(argument.port, ADDRESS_BITS, "in", 0, self.user_offset(port, "axilite_offset"))
                bundles.setdefault(bundle, []).append((wanted, argument, "offset"))
        return tuple(self.slave(bundle, found) for bundle, found in bundles.items())

    def user_offset(self, port: ir.Port, key: str) -> int | None:
        value = port.options.get(key)
        return value if isinstance(value, int) and value is not True else None

    def slave(self, bundle: str, found: list[tuple[Wanted, Argument, str]]) -> AxiLite:
        control = self.front.control if bundle == self.front.control_bundle else ""
        handshake = control in ("ap_ctrl_hs", "ap_ctrl_chain")
        registers = _control_registers() if handshake else []
        placed = place([wanted for wanted, _, _ in found])
        for one, (_, argument, role) in zip(placed, found, strict=True):
            if one.moved:
                asked = f"{argument.name}: offset 0x{one.wanted.offset:x} is taken or unfit, moved to 0x{one.base:x}"
                self.notes.append(Note(argument.loc, asked))
            registers += _registers(one, argument, role)
        registers.sort(key=lambda register: register.offset)
        return AxiLite(bundle, address_bits(placed), tuple(registers), handshake, control == "ap_ctrl_chain")

    # ---- masters

    def masters(self, pairs: list[tuple[ir.Port, Argument]]) -> tuple[AxiMaster, ...]:
        bundles: dict[str, list[tuple[ir.Port, Argument]]] = {}
        for port, argument in pairs:
            if argument.mode == "m_axi":
                bundles.setdefault(argument.bundle, []).append((port, argument))
        return tuple(self.master(bundle, found) for bundle, found in bundles.items())

    def master(self, bundle: str, found: list[tuple[ir.Port, Argument]]) -> AxiMaster:
        def largest(key: str, default: int, low: int, high: int) -> int:
            said = [self.integer(port, key, default, low, high) for port, _ in found if key in port.options]
            return max(said, default=default)

        widen = largest("max_widen_bitwidth", 0, 0, MASTER_BITS_MAX)  # `bus_bits` has it
        if widen & (widen - 1):
            raise self.refuse(found[0][0], f"max_widen_bitwidth={widen}", "give a power of two")
        return AxiMaster(
            bundle=bundle,
            data_bits=bus_bits(self.front)[bundle],
            arguments=tuple(argument.name for _, argument in found),
            max_read_burst=_power_of_two(largest("max_read_burst_length", 16, 1, 256)),
            max_write_burst=_power_of_two(largest("max_write_burst_length", 16, 1, 256)),
            read_outstanding=largest("num_read_outstanding", 16, 1, 256),
            write_outstanding=largest("num_write_outstanding", 16, 1, 256),
            latency_cycles=largest("latency", LATENCY_CYCLES, 0, 255),
        )

    # ---- names

    def check_names(self, plan: Interfaces) -> None:
        """Every port once, whatever suffixes the modes add."""
        owner: dict[str, Argument] = {}
        for argument in plan.arguments:
            names = [name for leaf in argument.leaves for name in dict.fromkeys(leaf.ports.values())]
            for name in dict.fromkeys(names or [argument.port]):
                other = owner.setdefault(name.lower(), argument)
                if other is not argument:
                    raise UserError(
                        f"the ports of {argument.name!r} and {other.name!r} have the same name {name!r}",
                        where=argument.loc,
                        do="rename one of them",
                    )


def word_ports(argument: Argument, base: str, direction: str) -> dict[str, str]:
    """role -> port of a word of an array that comes in, goes out or does both: data_in, data_out and their valids."""
    mode = argument.mode if argument.mode in WORD_MODES else _POINTER_DEFAULTS[direction]
    if mode == "ap_ovld" and direction == "in":
        mode = "ap_none"
    found = scalar_ports(replace(argument, port=base, direction=direction), mode)
    if direction == "in":
        return {f"{role}_in": name for role, name in found.items()}
    return {"data_out" if role == "data" else role: name for role, name in found.items()}


def scalar_ports(argument: Argument, mode: str) -> dict[str, str]:
    """role -> port of a scalar: data, valid, ack; with both directions data_in, data_out and their handshakes."""
    name = argument.port
    if argument.direction != "inout":
        found = {"data": name}
        if mode in ("ap_vld", "ap_hs", "ap_ovld"):
            found["valid"] = f"{name}_ap_vld"
        if mode in ("ap_ack", "ap_hs"):
            found["ack"] = f"{name}_ap_ack"
        return found
    found = {"data_in": f"{name}_i"}
    if mode in ("ap_vld", "ap_hs"):
        found["valid_in"] = f"{name}_i_ap_vld"
    if mode in ("ap_ack", "ap_hs"):
        found["ack_in"] = f"{name}_i_ap_ack"
    found["data_out"] = f"{name}_o"
    if mode in ("ap_vld", "ap_ovld", "ap_hs"):
        found["valid"] = f"{name}_o_ap_vld"
    if mode in ("ap_ack", "ap_hs"):
        found["ack"] = f"{name}_o_ap_ack"
    return found


def memory_ports(name: str, numbers: Iterable[int] = (0, 1), read: bool = True, write: bool = True) -> dict[str, str]:
    """role -> port of an ap_memory with the given port numbers."""
    roles = ["address", "ce", *(["we", "d"] if write else []), *(["q"] if read else [])]
    return {f"{role}{number}": f"{name}_{role}{number}" for number in numbers for role in roles}


def _power_of_two(value: int) -> int:
    """The largest one that is not above `value`."""
    return 1 << (value.bit_length() - 1)


def _control_registers() -> list[Register]:
    return [
        Register("CTRL", AP_CTRL, 32, "RW", "", "control"),
        Register("GIER", GIE, 1, "RW", "", "gie"),
        Register("IP_IER", IER, 2, "RW", "", "ier"),
        Register("IP_ISR", ISR, 2, "RW", "", "isr"),
    ]


def _registers(placed: Placed, argument: Argument, role: str) -> list[Register]:
    wanted, name = placed.wanted, argument.port
    size = WORD_BYTES * wanted.data_words
    if wanted.depth:
        span = placed.end - placed.base
        return [Register(name, placed.base, wanted.bits, "RW", argument.name, "window", wanted.depth, span)]
    if wanted.direction == "in":
        return [Register(name, placed.base, wanted.bits, "RW", argument.name, role, size_bytes=size)]
    if wanted.direction == "return":
        return [Register("ap_return", placed.base, wanted.bits, "R", argument.name, "data_out", size_bytes=size)]
    both = wanted.direction == "inout"
    found = [Register(f"{name}_i", placed.base, wanted.bits, "RW", argument.name, "data_in", size_bytes=size)]
    out = f"{name}_o" if both else name
    assert placed.valid_offset is not None
    return [
        *(found if both else []),
        Register(out, placed.out_base, wanted.bits, "R", argument.name, "data_out", size_bytes=size),
        Register(f"{out}_ctrl", placed.valid_offset, 1, "RC", argument.name, "valid"),
    ]


def _argument_json(argument: Argument) -> dict[str, Any]:
    found = {
        "name": argument.name,
        "port": argument.port,
        "kind": argument.kind,
        "direction": argument.direction,
        "mode": argument.mode,
        "bits": argument.bits,
        "depth": argument.depth,
        "shape": list(argument.shape),
        "bundle": argument.bundle,
        "leaves": [_leaf_json(leaf, argument.mode) for leaf in argument.leaves],
    }
    if argument.offset_mode:
        found["offset"] = argument.offset_mode
    if argument.stable:
        found["stable"] = True
    return found


def _leaf_json(leaf: LeafPort, mode: str) -> dict[str, Any]:
    found = {**asdict(leaf), "ports": dict(leaf.ports)}
    if mode != "m_axi":
        del found["offset"], found["stride"]
    return found

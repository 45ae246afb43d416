"""The top module: what the region or function shows, as the ports that Vitis HLS gives it, and the block handshake.

`interfaces.Interfaces` says which ports there are; here they meet the items of the kernel. An argument by value or
by reference has one port for all its scalars, an array one memory for each scalar of its elements (and for each bank,
where it is partitioned), a stream goes through a FIFO of two words that cuts the path between TVALID and TREADY.
What lies behind AXI4-Lite or an AXI4 master ends in one of the `adapters`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from hlsgen.core.errors import InternalError, UserError
from hlsgen.hls.cdfg.import_arguments import argument_name
from hlsgen.hls.dataflow import Fifo, Region
from hlsgen.hls.interfaces import Argument, Interfaces, port_name, word_ports
from hlsgen.hls.items import ArrayItem, InputItem, KernelInterface, OutputItem
from hlsgen.hls.llvm import ir as llvm
from hlsgen.hls.llvm.ir import StreamInfo

from .adapters import Adapters
from .array_ports import Word, array_port, array_words, direction_of, memory_ports_of
from .netlist import FALSE, TRUE, Expr, Lit, Module, Net, Register, Value, land, lnot, lor, mux
from .region import Outside, RegionLogic, add_fifo, array_nets

ADDRESS_BITS = 64
_SIDE_CHANNELS = {
    "data": "TDATA",
    "keep": "TKEEP",
    "strb": "TSTRB",
    "user": "TUSER",
    "last": "TLAST",
    "id": "TID",
    "dest": "TDEST",
}


def stream_port_names(name: str, info: StreamInfo, mode: str) -> dict[str, str]:
    """Field of the element -> port, with "valid" and "ready": the names that Vitis HLS gives. mode: axis or ap_fifo."""
    port = port_name(name)
    if mode == "ap_fifo":
        data, valid, ready = ("dout", "empty_n", "read") if info.reads else ("din", "write", "full_n")
        return {"data": f"{port}_{data}", "valid": f"{port}_{valid}", "ready": f"{port}_{ready}"}
    fields = {field.name: f"{port}_{_SIDE_CHANNELS[field.name]}" for field in info.fields}
    return {**fields, "valid": f"{port}_TVALID", "ready": f"{port}_TREADY"}


def port_width(width: int, field: str) -> int:
    """TDATA is padded to whole bytes."""
    return -(-width // 8) * 8 if field == "data" else width


@dataclass(frozen=True, slots=True)
class Scalar:
    """Where a scalar of an argument lies in the packed value. is_signed_bit: as in `llvm.ir.Leaf`."""

    lsb: int
    width: int
    is_signed_bit: bool = False


def scalars(port: llvm.Port) -> dict[str, Scalar]:
    """Name of the kernel's item -> place in the packed argument, for each scalar of an argument by value or address."""
    found = {}
    for leaf in port.fields:
        for number in range(leaf.count):
            place = Scalar(leaf.lsb + number * leaf.width, leaf.width, leaf.is_signed_bit)
            for index in (f"_{number}", f"_b{number}") if leaf.count > 1 else ("",):  # by value, a bank
                found[argument_name(port.name, leaf) + index] = place
    return found


def in_memory(port: llvm.Port, packed: Net, width_bits: int) -> Value:
    """A class by value as LLVM passes it on, which is how it lies in memory: scalars at whole bytes."""
    pieces: list[Value] = []
    end = 0
    for leaf in port.fields:
        for number in range(leaf.count):
            at = 8 * (leaf.offset_bytes + number * leaf.step_bytes)
            scalar = Expr("slice", (packed,), leaf.width, lsb=leaf.lsb + number * leaf.width)
            copies = 8 if leaf.is_signed_bit else 1
            pieces[:0] = [*[scalar] * copies, *([Lit(0, at - end)] if at > end else [])]
            end = at + leaf.width * copies
    if width_bits > end:
        pieces.insert(0, Lit(0, width_bits - end))
    return pieces[0] if len(pieces) == 1 else Expr("concat", tuple(pieces), width_bits)


@dataclass(frozen=True, slots=True)
class StreamPort:
    """A stream of the top, or an array that is one. mode: axis or ap_fifo."""

    name: str
    mode: str
    info: StreamInfo

    @property
    def names(self) -> dict[str, str]:
        return stream_port_names(self.name, self.info, self.mode)

    def width(self, field: llvm.StreamField) -> int:
        return port_width(field.width, field.name) if self.mode == "axis" else field.width


def packed(info: StreamInfo, mode: str) -> StreamInfo:
    """A struct that is no ap_axiu, and everything on the port of a FIFO, goes through a port as one word."""
    if info.axis and mode == "axis":
        return info
    return replace(info, fields=(llvm.StreamField("data", info.element_bits, 0),))


def stream_ports(front: llvm.FrontEnd, interface: KernelInterface) -> list[StreamPort]:
    """The ports of streams, in the order of the arguments: of those that the kernel uses."""
    modes = {port.name: "ap_fifo" if port.mode == "ap_fifo" else "axis" for port in front.ports}
    infos = {port.name: port.stream for port in front.ports if port.stream is not None}
    order = list(infos)
    items = sorted((item for item in interface.streams if not item.bus), key=lambda item: order.index(item.argument))
    found = []
    for item in items:
        mode = modes[item.argument]
        info = packed(infos[item.argument], mode)
        info = replace(info, name=item.name, count=1, reads=item.reads, writes=not item.reads)
        found.append(StreamPort(item.name, mode, info))
    return found


def build_top(
    name: str,
    front: llvm.FrontEnd,
    region: Region,
    plan: Interfaces,
    modules: dict[str, str],
    interfaces: dict[str, KernelInterface],
) -> tuple[Module, dict[str, str]]:
    """The top, and the texts of the modules that it needs for its buses, by name.

    modules: function -> module of its process; interfaces: function -> what that module shows.
    """
    top = _Top(name, front, region, plan, modules, interfaces)
    return top.build(), top.adapters.texts


class _Top:
    def __init__(
        self,
        name: str,
        front: llvm.FrontEnd,
        region: Region,
        plan: Interfaces,
        modules: dict[str, str],
        interfaces: dict[str, KernelInterface],
    ) -> None:
        self.front, self.region, self.plan, self.modules, self.interfaces = front, region, plan, modules, interfaces
        self.ports = {port.name: port for port in (*front.ports, *([front.result] if front.result else []))}
        self.module = Module(name, comment=f"{name}: {len(region.processes)} processes, {len(region.fifos)} FIFOs")
        self.outside = Outside()
        self.wait_for: list[Value] = []  # what a call needs to begin
        self.begun: Net | None = None  # a call begins: what was offered with a handshake is taken
        self.module.port("ap_clk", 1, "input")
        self.module.port("ap_rst_n", 1, "input")
        self.adapters = Adapters(self.module, plan)

    def build(self) -> Module:
        m = self.module
        control = self.control_nets()
        handshake = bool(control)
        for port in stream_ports(self.front, self.region.interface):
            (self.fifo if port.mode == "ap_fifo" else self.axis)(port)
        for argument in self.plan.arguments:
            if argument.mode not in llvm.STREAM_MODES:
                self.argument(argument)
        masters = [item for item in self.region.interface.streams if item.bus]
        for item in masters:
            ends = (("data", item.width_bits), ("valid", 1), ("ready", 1))
            data, valid, ready = (m.declare(f"{item.name}_{end}", width) for end, width in ends)
            self.outside.streams[item.name] = (data, valid, ready)
        self.adapters.finish(masters, self.outside.streams)
        logic = RegionLogic(m, self.region, self.modules, self.interfaces, self.outside)
        if not handshake:
            logic.build(TRUE, free_running=self.region.overlaps)
            return m
        held = Net(m.unique("done_held"), 1)  # with ap_ctrl_chain: done, and not told to go on
        chain = self.plan.control == "ap_ctrl_chain"
        free = [lnot(held)] if chain else []
        nets = logic.build(land(control["ap_start"], *free, *self.wait_for), held=held if chain else FALSE)
        if self.begun is not None:
            m.output(self.begun, nets.accept)
        m.output(control["ap_ready"], nets.accept if logic.overlaps else nets.finish)
        m.output(control["ap_idle"], land(nets.idle, *free))
        done = nets.finish
        if chain:
            done = m.wire("done_told", lor(nets.finish, held))
            m.registers.append(Register(held, land(done, lnot(control["ap_continue"])), reset=0))
        m.output(control["ap_done"], done)
        return m

    def control_nets(self) -> dict[str, Net]:
        """The handshake of the block: pins, or nets to the slave that has it in registers; none for ap_ctrl_none."""
        slave = self.plan.control_slave
        if self.plan.control == "ap_ctrl_none":
            return {}
        if slave is not None:
            return self.adapters.slaves[slave.bundle]
        inputs = ["ap_start", *(["ap_continue"] if self.plan.control == "ap_ctrl_chain" else [])]
        found = {name: self.module.port(name, 1, "input") for name in inputs}
        return found | {name: self.module.port(name, 1, "output") for name in ("ap_done", "ap_idle", "ap_ready")}

    # ---- streams

    def fifo(self, port: StreamPort) -> None:
        """The ports of a FIFO that lies outside, without a slice: a word is taken or given when the other side can."""
        m, names, width = self.module, port.names, port.info.element_bits
        incoming = port.info.reads
        data = m.port(names["data"], width, "input" if incoming else "output")
        asked, able = ("ready", "valid") if incoming else ("valid", "ready")
        can, does = m.port(names[able], 1, "input"), m.port(names[asked], 1, "output")
        wants = m.declare(f"{port.name}_wants", 1)
        m.output(does, land(wants, can))
        if incoming:
            self.outside.streams[port.name] = (data, can, wants)
        else:
            self.outside.streams[port.name] = (data, wants, can)

    def axis(self, stream: StreamPort) -> None:
        m, name, info, names = self.module, stream.name, stream.info, stream.names
        nets = add_fifo(m, name, info.element_bits, 2)
        incoming = info.reads
        into, out = ("input", "output") if incoming else ("output", "input")
        fields: list[Value] = []
        for field in info.fields:
            port = m.port(names[field.name], stream.width(field), into)
            if incoming:
                whole = port.width == field.width
                fields.insert(0, port if whole else Expr("slice", (port,), field.width))
            else:
                value: Value = Expr("slice", (nets["rd_data"],), field.width, lsb=field.lsb)
                m.output(port, _padded(value, port.width))
        valid, ready = m.port(names["valid"], 1, into), m.port(names["ready"], 1, out)
        if incoming:
            m.output(
                nets["wr_data"], fields[0] if len(fields) == 1 else Expr("concat", tuple(fields), info.element_bits)
            )
            m.output(nets["wr_valid"], valid)
            m.output(ready, nets["wr_ready"])
            self.outside.streams[name] = (nets["rd_data"], nets["rd_valid"], nets["rd_ready"])
        else:
            m.output(valid, nets["rd_valid"])
            m.output(nets["rd_ready"], ready)
            self.outside.streams[name] = (nets["wr_data"], nets["wr_valid"], nets["wr_ready"])

    # ---- other arguments

    def argument(self, argument: Argument) -> None:
        if argument.mode in ("ap_hs", "ap_ack") and self.plan.control == "ap_ctrl_none":
            raise UserError(
                f"INTERFACE {argument.mode} without block control",
                where=replace(argument.loc, name=argument.name),
                do="use ap_ctrl_hs, or a stream",
            )
        if argument.mode == "m_axi":
            self.address(argument)
            return
        if argument.is_memory:
            self.memory(argument)
            return
        if argument.mode == "s_axilite" and argument.kind == "array":
            self.window(argument)
            return
        if any(self.items(argument, self.region.interface.arrays)):
            raise InternalError(
                f"{argument.name} goes through a port as a whole, and an array in it is a memory", self.plan
            )
        port = self.ports[argument.name]
        net: Net | None = None
        inputs = list(self.items(argument, self.region.interface.inputs))
        outputs = list(self.items(argument, self.region.interface.outputs))
        places = scalars(port)
        if argument.direction != "out":
            net = self.source(argument, port.bits)
            if argument.mode == "s_axilite" and argument.direction == "in" and not inputs:
                self.adapters.hide(argument.bundle, argument.port)
            elif not inputs and not outputs:
                self.ignored(net)
            for item in inputs:
                place = places.get(item.name)
                if place is None:  # a process gets all of it
                    value: Value = in_memory(port, net, item.width_bits)
                else:
                    value = net if place.width == net.width else Expr("slice", (net,), place.width, lsb=place.lsb)
                    if place.is_signed_bit and item.width_bits > 1:  # a process gets it as it lies in memory
                        value = Expr("sext", (value,), item.width_bits)
                self.outside.inputs[item.name] = self.module.wire(f"{item.name}_value", value)
        elif inputs:
            raise InternalError(f"{argument.name} is an output, but it is read", self.plan)
        if argument.direction != "in":
            self.output(argument, outputs, places, port.bits, net if argument.direction == "inout" else None)

    def output(
        self,
        argument: Argument,
        items: list[OutputItem],
        places: dict[str, Scalar],
        width_bits: int,
        before: Net | None,
    ) -> None:
        """before: the argument as it came, for members that the kernel never writes."""
        driven: dict[int, Value] = {}
        pulses: list[Value] = []
        m = self.module
        for item in items:
            value, valid = m.declare(f"{item.name}_made", item.width_bits), m.declare(f"{item.name}_made_vld", 1)
            self.outside.outputs[item.name] = (value, valid)
            driven[places[item.name].lsb] = value
            pulses.append(valid)
        pieces: list[Value] = []
        at = 0
        while at < width_bits:
            here = driven.get(at)
            if here is None:
                gap = min([lsb for lsb in driven if lsb > at], default=width_bits) - at
                here = Lit(0, gap) if before is None else Expr("slice", (before,), gap, lsb=at)
            pieces.insert(0, here)
            at += here.width
        whole = pieces[0] if len(pieces) == 1 else Expr("concat", tuple(pieces), width_bits)
        both = argument.direction == "inout"
        if argument.mode == "s_axilite":
            nets, name = self.adapters.slaves[argument.bundle], f"{argument.port}_o" if both else argument.port
            m.output(nets[name], whole)
            m.output(nets[f"{name}_ap_vld"], lor(*pulses))
            return
        ports = argument.leaves[0].ports
        data = m.port(ports["data_out" if both else "data"], width_bits, "output")
        told = lor(*pulses)
        if "ack" in ports:
            whole, told = self.until_taken(argument, whole, told, before, m.port(ports["ack"], 1, "input"))
        m.output(data, whole)
        if "valid" in ports:
            m.output(m.port(ports["valid"], 1, "output"), told)

    def until_taken(
        self, argument: Argument, value: Value, valid: Value, before: Net | None, ack: Net
    ) -> tuple[Value, Value]:
        """The last value of a call, offered from the cycle that makes it (which may be that of ap_done, the only sign
        of an ap_ack output) until it is acknowledged; the next call waits so long. A call that makes none leaves the
        argument as it came."""
        m = self.module
        kept, waiting = Net(m.unique(f"{argument.port}_kept"), value.width), Net(m.unique(f"{argument.port}_waits"), 1)
        if before is None:
            m.registers.append(Register(kept, value, valid))
        else:
            assert self.begun is not None
            m.registers.append(Register(kept, mux(valid, value, before), lor(valid, self.begun)))
        offered = m.wire(f"{argument.port}_offered", lor(valid, waiting))
        m.registers.append(Register(waiting, land(offered, lnot(ack)), reset=0))
        self.wait_for.append(lnot(waiting))
        return mux(valid, value, kept), offered

    def source(self, argument: Argument, width_bits: int) -> Net:
        """Where a number comes from: a port, or a register of a slave."""
        both = argument.direction == "inout"
        if argument.mode == "s_axilite":
            return self.adapters.slaves[argument.bundle][f"{argument.port}_i" if both else argument.port]
        ports = argument.leaves[0].ports
        net = self.module.port(ports["data_in" if both else "data"], width_bits, "input")
        valid, ack = (ports.get(f"{end}_in" if both else end) for end in ("valid", "ack"))
        if valid is not None:
            self.wait_for.append(self.module.port(valid, 1, "input"))
        return net if ack is None else self.taken(net, self.module.port(ack, 1, "output"))

    def taken(self, net: Net, ack: Net) -> Net:
        """A number that is acknowledged when the call begins, and may change then."""
        m = self.module
        if self.begun is None:
            self.begun = m.declare("call_begun", 1)
        m.output(ack, self.begun)
        kept = Net(m.unique(f"{net.name}_kept"), net.width)
        m.registers.append(Register(kept, net, self.begun))
        return m.wire(f"{net.name}_taken", mux(self.begun, net, kept))

    def address(self, argument: Argument) -> None:
        """The byte address of an argument in memory."""
        if any(self.items(argument, self.region.interface.arrays)):
            raise UserError(
                f"{argument.name!r} is m_axi, but a process takes it for an array of its own",
                where=argument.loc,
                do="use it in the function that has the INTERFACE pragma",
            )
        slave = self.plan.slave_of(argument.name)
        value: Value = Lit(0, ADDRESS_BITS)
        if argument.offset_mode == "direct":
            value = self.module.port(argument.leaves[0].ports["offset"], ADDRESS_BITS, "input")
        elif slave is not None:
            value = self.adapters.slaves[slave.bundle][argument.port]
        found = list(self.items(argument, self.region.interface.inputs))
        for item in found:
            self.outside.inputs[item.name] = self.module.wire(f"{item.name}_value", value)
        if not found and slave is not None:
            self.adapters.hide(slave.bundle, argument.port)
        elif not found and isinstance(value, Net):
            self.ignored(value)

    def ignored(self, pin: Net) -> None:
        """A pin that the interface has and nothing looks at; linters know it by this name."""
        self.module.wire(f"{pin.name}_unused", pin)

    def window(self, argument: Argument) -> None:
        """An array in the address space of a slave."""
        m, slave = self.module, self.plan.slave_of(argument.name)
        assert slave is not None
        items = list(self.items(argument, tuple(self.region.interface.items())))
        if any(not isinstance(item, ArrayItem) or item.elements for item in items):
            raise UserError(
                f"{argument.name!r} is partitioned and behind AXI4-Lite",
                where=argument.loc,
                do="copy it into a local array that is partitioned",
            )
        used: set[str] = set()
        for item in items:
            if 1 in {port.number for port in item.ports}:
                self.adapters.second_port(slave, argument.port)
            nets = self.adapters.slaves[argument.bundle]
            found = {
                role: nets[f"{argument.port}_{role}"] for port in item.ports for role, _, _ in array_nets(port, item)
            }
            used |= {f"{argument.port}_{role}" for role in found}
            self.outside.arrays[item.name] = found
        for name, net in list(self.adapters.slaves[argument.bundle].items()):
            if name in used or not re.fullmatch(rf"{re.escape(argument.port)}_(address|ce|we|d|q)[01]", name):
                continue
            if name[-2] == "q":
                self.adapters.hide(argument.bundle, name)
            else:
                m.output(net, Lit(0, net.width))

    def items(self, argument: Argument, found: tuple) -> Iterator:  # type: ignore[type-arg]
        return (item for item in found if item.argument == argument.name)

    def memory(self, argument: Argument) -> None:
        port = self.ports[argument.name]
        for item in self.items(argument, self.region.interface.arrays):
            names = memory_ports_of(item, array_port(argument, port, item))
            self.outside.arrays[item.name] = {
                role: self.module.port(names[role], width, "output" if driven else "input")
                for each in item.ports
                for role, width, driven in array_nets(each, item)
            }
        for base, words in array_words(argument, port, self.region.interface).items():
            self.words(argument, base, words)

    def words(self, argument: Argument, base: str, words: list[Word]) -> None:
        """The port of a word of an array, or of all words as one."""
        names = word_ports(argument, base, direction_of(words))
        inputs = [word for word in words if isinstance(word, InputItem)]
        if inputs:
            width_bits = argument.bits * argument.depth if argument.one_word else inputs[0].width_bits
            data = self.module.port(names["data_in"], width_bits, "input")
            if "valid_in" in names:
                self.wait_for.append(self.module.port(names["valid_in"], 1, "input"))
            for item in inputs:
                value = data
                if argument.one_word:
                    part = Expr("slice", (data,), item.width_bits, lsb=item.elements[0] * argument.bits)
                    value = self.module.wire(f"{item.name}_value", part)
                self.outside.inputs[item.name] = value
        for word in words:
            if isinstance(word, OutputItem):
                made = self.module.port(names["data_out"], word.width_bits, "output")
                told = self.module.port(names["valid"], 1, "output") if "valid" in names else None
                told = told or self.module.declare(f"{word.name}_vld_unused", 1)
                self.outside.outputs[word.name] = (made, told)


def _padded(value: Value, width: int) -> Value:
    return value if value.width == width else Expr("concat", (Lit(0, width - value.width), value), width)


def fifo_of_port(name: str, info: StreamInfo, process: str) -> Fifo:
    """How the report shows the register slice of a port."""
    ends = ("", process) if info.reads else (process, "")
    return Fifo(name, info.element_bits, 2, *ends)

"""The inside of a dataflow region: instances of processes, FIFOs and buffers between them, and the calls under way.

Where a region overlaps calls, one is accepted when every process has room to remember it, and finished when every
process has finished it; up to `CALLS` are under way, and numbers wait in FIFOs of that many words: those that come in
for their process, those that go out for the end of their call. Otherwise calls follow each other, and arguments stay
what they are until the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hlsgen.hls.bind.memory_kinds import memory_kind
from hlsgen.hls.cdfg.ir import Memory
from hlsgen.hls.dataflow import Buffer, Process, Region
from hlsgen.hls.items import ArrayItem, ArrayPort, InputItem, KernelInterface, OutputItem, StreamItem
from hlsgen.hls.kernel_interface import array_ports

from .fifo import FIFO_MODULE
from .memory_ports import address_width
from .netlist import (
    FALSE,
    TRUE,
    Expr,
    Instance,
    Lit,
    Module,
    Net,
    Register,
    Value,
    land,
    lnot,
    lor,
    mux,
)
from .shared_memory import add_memory, fitted, shared_ports

CALLS = 7  # calls under way: a counter of 3 bits per process
COUNT_BITS = 3
_BANKS = 2


@dataclass
class Outside:
    """What the surroundings offer for the items of the region's interface, by name: nets of the module."""

    streams: dict[str, tuple[Net, Net, Net]] = field(default_factory=dict)  # data, valid, ready
    inputs: dict[str, Net] = field(default_factory=dict)
    outputs: dict[str, tuple[Net, Net]] = field(default_factory=dict)  # value, valid
    arrays: dict[str, dict[str, Net]] = field(default_factory=dict)  # "address0" and so on


@dataclass(frozen=True, slots=True)
class CallNets:
    """accept: a call begins in this cycle; finish: one ends; idle: none is under way."""

    accept: Value
    finish: Value
    idle: Value


def array_nets(port: ArrayPort, array: ArrayItem) -> list[tuple[str, int, bool]]:
    """(role, width, whether the kernel drives it) of one port of an array."""
    k = port.number
    found = [(f"address{k}", address_width(array.depth_words), True), (f"ce{k}", 1, True)]
    if port.writes:
        found += [(f"we{k}", 1, True), (f"d{k}", array.width_bits, True)]
    if port.reads:
        found.append((f"q{k}", array.width_bits, False))
    return found


def kernel_ports(module: Module, interface: KernelInterface) -> Outside:
    """The ports of a module that shows `interface` itself."""
    out = Outside()
    for s in interface.streams:
        into, back = ("input", "output") if s.reads else ("output", "input")
        out.streams[s.name] = (
            module.port(f"{s.name}_data", s.width_bits, into),
            module.port(f"{s.name}_valid", 1, into),
            module.port(f"{s.name}_ready", 1, back),
        )
    for item in interface.inputs:
        out.inputs[item.name] = module.port(f"{item.name}_i", item.width_bits, "input")
    for result in interface.outputs:
        value = module.port(f"{result.name}_o", result.width_bits, "output")
        out.outputs[result.name] = (value, module.port(f"{result.name}_o_vld", 1, "output"))
    for array in interface.arrays:
        out.arrays[array.name] = {
            role: module.port(f"{array.name}_{role}", width, "output" if driven else "input")
            for port in array.ports
            for role, width, driven in array_nets(port, array)
        }
    return out


def stream_connections(name: str, nets: tuple[Net, Net, Net]) -> list[tuple[str, Value]]:
    """The ports of a stream. nets: its data, valid, ready."""
    return list(zip((f"{name}_data", f"{name}_valid", f"{name}_ready"), nets, strict=True))


def output_connections(name: str, nets: tuple[Net, Net]) -> list[tuple[str, Value]]:
    """The ports of a number that a call makes. nets: its value, valid."""
    return list(zip((f"{name}_o", f"{name}_o_vld"), nets, strict=True))


def build_region(
    name: str, region: Region, modules: dict[str, str], interfaces: dict[str, KernelInterface], comment: str
) -> Module:
    """A region as a module with the ports of a process. modules: function -> its module."""
    module = Module(name, comment=comment)
    for port in ("ap_clk", "ap_rst_n", "ap_start"):
        module.port(port, 1, "input")
    outside = kernel_ports(module, region.interface)
    taken, done = module.port("ap_taken", 1, "output"), module.port("ap_done", 1, "output")
    nets = RegionLogic(module, region, modules, interfaces, outside).build(Net("ap_start", 1))
    module.output(taken, nets.accept)
    module.output(done, nets.finish)
    return module


class RegionLogic:
    """Fills `module` with the region, between the nets of `outside`."""

    def __init__(
        self,
        module: Module,
        region: Region,
        modules: dict[str, str],
        interfaces: dict[str, KernelInterface],
        outside: Outside,
    ) -> None:
        self.module, self.region, self.modules, self.interfaces, self.outside = (
            module, region, modules, interfaces, outside,
        )  # fmt: skip
        self.streams: dict[tuple[str, bool], tuple[Net, Net, Net]] = {}  # (channel, read end)
        self.taken: dict[str, Net] = {}
        self.done: dict[str, Net] = {}
        self.gates: dict[str, list[Value]] = {process.name: [] for process in region.processes}
        self.numbers: dict[str, tuple[Net, Net]] = {}  # value, valid: where the producer puts it
        self.inputs: dict[tuple[str, str], Value] = {}  # (process, channel)
        self.arrays: dict[tuple[str, str], dict[str, Net]] = {}  # (process, buffer)
        self.unread: set[str] = set()  # buffers and numbers that are written only: they are left out
        self.overlaps = region.overlaps or region.numbers_go_along
        self.made: dict[str, tuple[Net, Net]] = {}  # numbers that go out with their call: where the process puts them

    def build(self, start: Value, free_running: bool = False, held: Value = FALSE) -> CallNets:
        """start: a call is wanted. free_running: processes start over by themselves, for ever, as tasks always do.
        held: nobody has seen the end of the call before, so that the next one may not end yet."""
        m, region = self.module, self.region
        free_running = free_running or not region.called
        for process in region.processes:
            self.taken[process.name] = m.declare(f"{process.name}_taken", 1)
            self.done[process.name] = m.declare(f"{process.name}_done", 1)
        for item in region.interface.streams:
            self.streams[item.name, item.reads] = self.outside.streams[item.name]
        for fifo in region.fifos:
            ends = add_fifo(m, fifo.name, fifo.width_bits, fifo.depth_words)
            self.streams[fifo.name, True] = (ends["rd_data"], ends["rd_valid"], ends["rd_ready"])
            self.streams[fifo.name, False] = (ends["wr_data"], ends["wr_valid"], ends["wr_ready"])
        lone = len(region.processes) == 1 and not free_running and (region.numbers_go_along or not region.overlaps)
        self.accept = self.taken[region.processes[0].name] if lone else m.declare("call_accept", 1)
        for number in region.numbers:
            self.number(number.name, number.width_bits, number.producer, free_running)
        if self.overlaps and not free_running and not lone:
            self.waiting_inputs()
        for buffer in region.buffers:
            self.buffer(buffer)
        if free_running:
            nets = CallNets(TRUE, TRUE, FALSE)
            starts: dict[str, Value] = {name: land(TRUE, *gates) for name, gates in self.gates.items()}
        elif lone:
            nets, starts = self.one_call(start)
        else:
            nets, starts = self.calls(start, held)
            starts |= {process.name: TRUE for process in region.processes if process.is_task}
        if not lone:
            m.output(self.accept, nets.accept)
        for process in region.processes:
            self.instance(process, starts[process.name])
        return nets

    # ---- calls

    def one_call(self, start: Value) -> tuple[CallNets, dict[str, Value]]:
        """One process, whose calls are those of the region."""
        (process,) = self.region.processes
        taken, done = self.taken[process.name], self.done[process.name]
        if most := self.most_calls():
            under_way = _nonzero(self.module.counter("calls", most.bit_length(), taken, done))
            begin = start if self.region.numbers_go_along else land(start, lnot(under_way))
            return CallNets(taken, done, lnot(under_way)), {process.name: begin}
        busy = Net(self.module.unique("busy"), 1)
        self.module.registers.append(Register(busy, taken, lor(taken, done), reset=0))
        idle = lnot(busy)
        return CallNets(taken, done, idle), {process.name: start}

    def most_calls(self) -> int:
        """Calls under way of a region that is one process in which they overlap."""
        lone = self.region.processes if len(self.region.processes) == 1 else ()
        return max((self.interfaces[process.function].calls_under_way for process in lone), default=0)

    def calls(self, start: Value, held: Value) -> tuple[CallNets, dict[str, Value]]:
        m = self.module
        rooms: list[Value] = []
        finished: list[Value] = []
        starts: dict[str, Value] = {}
        finish = m.declare("call_finish", 1)
        for process in self.region.called:
            taken, done = self.taken[process.name], self.done[process.name]
            waiting = self.counter(f"{process.name}_waiting", self.accept, taken)
            ended = self.counter(f"{process.name}_ended", done, finish)
            wanted = land(_nonzero(waiting), *self.gates[process.name])
            starts[process.name] = m.wire(f"{process.name}_start", wanted)
            rooms.append(Expr("ne", (waiting, Lit(CALLS, COUNT_BITS)), 1))
            goes_out = self.overlaps and self.outputs_of(process)
            finished.append(self.outgoing(process, finish) if goes_out else lor(_nonzero(ended), done))
        under_way = self.counter("calls", self.accept, finish)
        room = Expr("ne", (under_way, Lit(CALLS, COUNT_BITS)), 1) if self.overlaps else lnot(_nonzero(under_way))
        m.output(finish, land(*finished, lnot(held)))
        accept = m.wire("call_begin", land(start, room, *(rooms if self.overlaps else ())))
        return CallNets(accept, finish, lnot(_nonzero(under_way))), starts

    def counter(self, name: str, up: Value, down: Value) -> Net:
        return self.module.counter(name, COUNT_BITS, up, down)

    # ---- numbers

    def outputs_of(self, process: Process) -> list[tuple[OutputItem, str]]:
        """Of a process: what goes out of the region, and its name there."""
        outputs = ((item, process.bindings[item.name].variable) for item in self.interfaces[process.function].outputs)
        return [(item, name) for item, name in outputs if name in self.outside.outputs]

    def outgoing(self, process: Process, finish: Net) -> Value:
        """Whether the process has ended the call that is to end next: what it made waits for the end in a FIFO."""
        m, done = self.module, self.done[process.name]
        word: list[Value] = []
        for item, name in self.outputs_of(process):
            value, valid = m.declare(f"{name}_now", item.width_bits), m.declare(f"{name}_now_vld", 1)
            self.made[name] = (value, valid)
            told = Net(m.unique(f"{name}_told"), 1)  # in this call of the process
            m.registers.append(Register(told, lnot(done), lor(valid, done), reset=0))
            word += [value, lor(told, valid)]
        width = sum(each.width for each in word)
        nets = add_fifo(m, f"{process.name}_made", width, CALLS + 1)
        waits, at_once = nets["rd_valid"], m.wire(f"{process.name}_at_once", land(finish, lnot(nets["rd_valid"])))
        m.output(nets["wr_data"], Expr("concat", tuple(reversed(word)), width))
        m.output(nets["wr_valid"], land(done, lnot(at_once)))
        m.output(nets["rd_ready"], finish)
        lsb = 0
        for number, (_, name) in enumerate(self.outputs_of(process)):
            parts = []
            for now in word[2 * number : 2 * number + 2]:
                parts.append(mux(waits, Expr("slice", (nets["rd_data"],), now.width, lsb=lsb), now))
                lsb += now.width
            value, valid = self.outside.outputs[name]
            m.output(value, parts[0])
            m.output(valid, land(finish, parts[1]))
        return lor(waits, done)

    def number(self, name: str, width: int, producer: str, free_running: bool) -> None:
        """The value that the producer has made at its end, for every process that reads it.

        No calls are counted where processes run freely: there the producer waits for readers that are far behind.
        """
        readers = self.readers(name)
        if not readers:
            self.unread.add(name)
            return
        m = self.module
        value, valid = m.declare(f"{name}_o", width), m.declare(f"{name}_o_vld", 1)
        self.numbers[name] = (value, valid)
        for reader in readers:
            self.waiting(name, reader, value, self.done[producer])
            if free_running:
                ahead = self.counter(f"{name}_ahead_of_{reader.name}", self.taken[producer], self.taken[reader.name])
                self.gates[producer].append(Expr("ne", (ahead, Lit(CALLS, COUNT_BITS)), 1))

    def readers(self, channel: str) -> list[Process]:
        found = []
        for process in self.region.processes:
            names = {item.name for item in self.interfaces[process.function].inputs}
            if any(actual.variable == channel and item in names for item, actual in process.bindings.items()):
                found.append(process)
        return found

    def waiting(self, name: str, reader: Process, value: Net, made: Value) -> None:
        """A FIFO that keeps a number from when it is there until its reader takes the call it belongs to."""
        nets = add_fifo(self.module, f"{name}_to_{reader.name}", value.width, CALLS + 1)
        self.module.output(nets["wr_data"], value)
        self.module.output(nets["wr_valid"], made)
        self.module.output(nets["rd_ready"], self.taken[reader.name])
        self.gates[reader.name].append(nets["rd_valid"])
        self.inputs[reader.name, name] = nets["rd_data"]

    def waiting_inputs(self) -> None:
        for item in self.region.interface.inputs:
            for reader in (each for each in self.readers(item.name) if not each.is_task):
                self.waiting(item.name, reader, self.outside.inputs[item.name], self.accept)

    # ---- arrays

    def buffer(self, buffer: Buffer) -> None:
        """Memory banks that the producer fills and the consumer empties in turns."""
        m = self.module
        users = [self.process(buffer.producer), *([self.process(buffer.consumer)] if buffer.consumer else [])]
        items = [self.array_item(user, buffer.name) for user in users]
        if not any(item.reads for item in items):
            self.unread.add(buffer.name)
            return
        for user, item in zip(users, items, strict=True):
            self.arrays[user.name, buffer.name] = {
                role: m.declare(f"{buffer.name}_{user.name}_{role}", width)
                for port in item.ports
                for role, width, _ in array_nets(port, item)
            }
        made = self.arrays[buffer.producer, buffer.name]
        if not buffer.consumer:
            outputs = self.bank(buffer, buffer.name, items, [made], TRUE)
            self.deliver(made, items[0], lambda k: outputs[k])
            return
        taken = self.arrays[buffer.consumer, buffer.name]
        filled, emptied = self.done[buffer.producer], self.done[buffer.consumer]
        full = self.counter(f"{buffer.name}_full", filled, emptied)
        self.gates[buffer.producer].append(Expr("ne", (full, Lit(_BANKS, COUNT_BITS)), 1))
        self.gates[buffer.consumer].append(_nonzero(full))
        into, from_ = self.toggle(f"{buffer.name}_into", filled), self.toggle(f"{buffer.name}_from", emptied)
        banks = []
        for number in range(_BANKS):
            at = from_ if number else lnot(from_)
            consumes = m.wire(f"{buffer.name}_consumed{number}", land(at, _nonzero(full)))
            banks.append(self.bank(buffer, f"{buffer.name}_{number}", items, [made, taken], lnot(consumes)))
        self.deliver(made, items[0], lambda k: mux(into, banks[1][k], banks[0][k]))
        self.deliver(taken, items[1], lambda k: mux(from_, banks[1][k], banks[0][k]))

    def toggle(self, name: str, when: Value) -> Net:
        net = Net(self.module.unique(name), 1)
        self.module.registers.append(Register(net, lnot(net), when, reset=0))
        return net

    def deliver(self, nets: dict[str, Net], item: ArrayItem, output) -> None:  # type: ignore[no-untyped-def]
        for port in item.ports:
            if port.reads:
                self.module.output(nets[f"q{port.number}"], output(port.number))

    def bank(
        self, buffer: Buffer, name: str, items: list[ArrayItem], users: list[dict[str, Net]], first: Value
    ) -> dict[int, Net]:
        """One memory; `first`: it belongs to the first user. What its ports read."""
        kind = memory_kind(Memory(name, buffer.width_bits, (buffer.depth_words,), storage=buffer.storage))
        ports = array_ports(items[0], items[1] if len(items) > 1 else None)
        select: list[Value] = [first, TRUE][-len(users) :]
        nets = shared_ports(
            self.module, name, ports, buffer.depth_words, buffer.width_bits, list(zip(select, users, strict=True))
        )
        return add_memory(self.module, name, ports, buffer.depth_words, buffer.width_bits, kind, nets)

    def process(self, name: str) -> Process:
        return next(process for process in self.region.processes if process.name == name)

    def array_item(self, process: Process, channel: str) -> ArrayItem:
        return next(
            item for item in self.interfaces[process.function].arrays if process.bindings[item.name].variable == channel
        )

    # ---- instances

    def instance(self, process: Process, start: Value) -> None:
        connections: list[tuple[str, Value | None]] = [
            ("ap_clk", Net("ap_clk", 1)),
            ("ap_rst_n", Net("ap_rst_n", 1)),
            ("ap_start", start),
        ]
        for item in self.interfaces[process.function].items():
            actual = process.bindings[item.name]
            match item:
                case StreamItem():
                    connections += stream_connections(item.name, self.streams[actual.variable, item.reads])
                case InputItem():
                    connections.append((f"{item.name}_i", self.input(process, item)))
                case OutputItem() if actual.variable in self.unread:
                    connections += [(f"{item.name}_o", None), (f"{item.name}_o_vld", None)]
                case OutputItem():
                    nets_of = self.outside.outputs | self.numbers | self.made
                    connections += output_connections(item.name, nets_of[actual.variable])
                case ArrayItem() if actual.variable in self.unread:
                    roles = (role for port in item.ports for role, _, _ in array_nets(port, item))
                    connections += [(f"{item.name}_{role}", None) for role in roles]
                case ArrayItem():
                    own = self.arrays.get((process.name, actual.variable))
                    nets = own if own is not None else self.outside.arrays[actual.variable]
                    connections += [
                        (f"{item.name}_{role}", self.meeting(nets[role], width))
                        for port in item.ports
                        for role, width, _ in array_nets(port, item)
                    ]
        connections += [("ap_taken", self.taken[process.name]), ("ap_done", self.done[process.name])]
        name = self.module.unique(f"{process.name}_u")
        self.module.instances.append(Instance(self.modules[process.function], name, tuple(connections)))

    def meeting(self, outside: Net, width: int) -> Net:
        """What a process drives, where its addresses have more or fewer bits than those outside."""
        if outside.width == width:
            return outside
        inside = self.module.declare(f"{outside.name}_inside", width)
        self.module.output(outside, fitted(inside, outside.width))
        return inside

    def input(self, process: Process, item: InputItem) -> Value:
        actual = process.bindings[item.name]
        if not actual.variable:
            return Lit(actual.value & ((1 << item.width_bits) - 1), item.width_bits)
        value = self.inputs.get((process.name, actual.variable)) or self.outside.inputs[actual.variable]
        if value.width > item.width_bits:
            return Expr("slice", (value,), item.width_bits)
        return value if value.width == item.width_bits else Expr(actual.extend or "zext", (value,), item.width_bits)


def add_fifo(module: Module, name: str, width: int, depth_words: int) -> dict[str, Net]:
    """An instance of the FIFO and the nets of its ends: wr_data, wr_valid, wr_ready, rd_data, rd_valid, rd_ready."""
    nets = {end: module.declare(f"{name}_{end}", width if end.endswith("data") else 1) for end in (
        "wr_data", "wr_valid", "wr_ready", "rd_data", "rd_valid", "rd_ready",
    )}  # fmt: skip
    clock: tuple[tuple[str, Value], ...] = (("clk", Net("ap_clk", 1)), ("rst_n", Net("ap_rst_n", 1)))
    module.instances.append(
        Instance(
            FIFO_MODULE,
            module.unique(f"{name}_fifo"),
            (*clock, *nets.items()),
            (("WIDTH", width), ("DEPTH", depth_words)),
        )
    )
    return nets


def _nonzero(net: Net) -> Value:
    return Expr("ne", (net, Lit(0, net.width)), 1)

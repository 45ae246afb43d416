"""A function together with the functions that it calls: its body, one module for each of them, and shared memories.

The body starts a call by a word on the stream `<unit>_start` and goes on when one comes from `<unit>_done`. While a
unit is at work, the memories that it was passed are its own. A unit whose only arguments are streams that nobody else
here touches, and arrays that it reads and that nobody here touches afterwards, is not waited for: the body goes on once
the call has begun, and the whole ends when all such calls have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hlsgen.hls.bind.memory_kinds import memory_kind
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.cdfg.ir import Unit
from hlsgen.hls.items import ArrayItem, KernelInterface, StreamItem
from hlsgen.hls.kernel_interface import array_ports

from .netlist import TRUE, Expr, Instance, Lit, Module, Net, Register, Value, choose, land, lnot, lor
from .region import COUNT_BITS, array_nets, kernel_ports, output_connections, stream_connections
from .shared_memory import Users, add_memory, shared_ports


def build_caller(
    name: str,
    scheduled: ScheduledFunction,
    body: str,
    own: KernelInterface,
    shown: KernelInterface,
    modules: Mapping[str, str],
    interfaces: Mapping[str, KernelInterface],
) -> Module:
    """The module `name` around the module `body`, which shows `own`; together they show `shown`."""
    return _Caller(name, scheduled, body, own, shown, modules, interfaces).build()


class _Caller:
    def __init__(
        self,
        name: str,
        scheduled: ScheduledFunction,
        body: str,
        own: KernelInterface,
        shown: KernelInterface,
        modules: Mapping[str, str],
        interfaces: Mapping[str, KernelInterface],
    ) -> None:
        self.function, self.body, self.own, self.shown = scheduled.function, body, own, shown
        self.modules, self.interfaces = modules, interfaces
        self.module = Module(name, comment=f"{self.function.name} and the functions that it calls")
        self.ends: dict[str, tuple[Net, Net, Net]] = {}  # stream of a unit -> data, valid, ready
        self.busy: dict[str, Value] = {}
        self.wanted: dict[str, Net] = {}  # its start is asked for, and not taken yet
        self.under_way: list[Value] = []  # whether calls that nobody waits for are
        self.arrays: dict[tuple[str, str], dict[str, Net]] = {}  # (unit or "", memory) -> nets by role
        self.turns: dict[tuple[str, bool], list[tuple[Value, tuple[Net, Net, Net]]]] = {}  # (stream, read end) -> users

    def build(self) -> Module:
        m = self.module
        for port in ("ap_clk", "ap_rst_n", "ap_start"):
            m.port(port, 1, "input")
        self.outside = kernel_ports(m, self.shown)
        m.port("ap_taken", 1, "output")
        m.port("ap_done", 1, "output")
        for item in self.own.streams:
            if item.name not in self.outside.streams:
                nets = (m.declare(f"{item.name}_data", item.width_bits), m.declare(f"{item.name}_valid", 1))
                self.ends[item.name] = (*nets, m.declare(f"{item.name}_ready", 1))
        own_arrays = [each for array in self.own.arrays for each in self.array_nets("", array.name, array)]
        instances = [self.unit(unit) for unit in self.function.units]
        self.memories()
        m.instances.append(self.body_instance(own_arrays))
        m.instances += instances
        self.take_turns()
        return m

    def array_nets(self, user: str, memory: str, item: ArrayItem) -> list[tuple[str, Value | None]]:
        """The ports of an array, and what is behind them: nothing where nobody reads the memory, which is left out."""
        prefix = f"{memory}_{user or 'body'}"
        if memory not in self.outside.arrays and not self.item(memory).reads:
            return [(f"{item.name}_{role}", None) for port in item.ports for role, _, _ in array_nets(port, item)]
        self.arrays[user, memory] = {
            role: self.module.declare(f"{prefix}_{role}", width)
            for port in item.ports
            for role, width, _ in array_nets(port, item)
        }
        return [(f"{item.name}_{role}", net) for role, net in self.arrays[user, memory].items()]

    # ---- units

    def unit(self, unit: Unit) -> Instance:
        """Ports and handshake of a called function."""
        m = self.module
        interface = self.interfaces[unit.function]
        apart = self.is_apart(unit)
        taken, done = m.declare(f"{unit.name}_taken", 1), m.declare(f"{unit.name}_ended", 1)
        ended = Net(m.unique(f"{unit.name}_over"), 1)
        start_data, start_valid, start_ready = self.ends[f"{unit.name}_start"]
        done_data, done_valid, done_ready = self.ends[f"{unit.name}_done"]
        waits: list[Value] = []
        if apart:
            self.busy[unit.name] = self.calls_of(unit, taken, done)
            self.under_way.append(self.busy[unit.name])
        else:
            self.busy[unit.name] = busy = Net(m.unique(f"{unit.name}_busy"), 1)
            begun = land(taken, lnot(done)) if interface.calls_under_way else taken  # its only cycle may be this one
            m.registers.append(Register(busy, begun, lor(taken, done), reset=0))
            waits.append(busy)
        over = taken if apart else done
        m.registers.append(Register(ended, over, lor(over, land(done_valid, done_ready)), reset=0))
        wanted, given = Net(m.unique(f"{unit.name}_wanted"), 1), Net(m.unique(f"{unit.name}_given"), start_data.width)
        self.wanted[unit.name] = wanted
        m.registers.append(Register(wanted, start_valid, lor(start_valid, taken), reset=0))
        if unit.inputs:
            m.registers.append(Register(given, start_data, start_valid))
        # The body looks at it before it decides: no use of valid.
        m.output(start_ready, lnot(lor(wanted, *waits, ended)))
        m.output(done_valid, ended)
        connections: list[tuple[str, Value | None]] = [
            ("ap_clk", Net("ap_clk", 1)),
            ("ap_rst_n", Net("ap_rst_n", 1)),
            ("ap_start", wanted),
        ]
        lsb = 0
        for name, width in unit.inputs:
            connections.append((f"{name}_i", Expr("slice", (given,), width, lsb=lsb)))
            lsb += width
        results: list[Value] = []
        for name, width in unit.outputs:
            value = m.declare(f"{unit.name}_{name}", width)
            connections += output_connections(name, (value, m.declare(f"{unit.name}_{name}_vld", 1)))
            results.insert(0, value)
        held = Net(m.unique(f"{unit.name}_result"), done_data.width)
        if results:
            word = results[0] if len(results) == 1 else Expr("concat", tuple(results), held.width)
            m.registers.append(Register(held, word, done))
            m.output(done_data, held)
        else:
            m.output(done_data, Lit(0, done_data.width))
        for stream in interface.streams:
            connections += stream_connections(stream.name, self.stream(unit.name, unit.bindings[stream.name], stream))
        for array in interface.arrays:
            connections += self.array_nets(unit.name, unit.bindings[array.name], array)
        connections += [("ap_taken", taken), ("ap_done", done)]
        return Instance(self.modules[unit.function], m.unique(f"{unit.name}_u"), tuple(connections))

    def stream(self, user: str, name: str, item: StreamItem) -> tuple[Net, Net, Net]:
        """Data, valid and ready of a stream for a unit, or "" for the body; of its own where others use it too."""
        units = [unit.name for unit in self.function.units if name in unit.bindings.values()]
        if len(units) + any(own.name == name for own in self.own.streams) == 1:
            return self.outside.streams[name]
        m, prefix = self.module, f"{user or 'body'}_{name}"
        data = m.declare(f"{prefix}_data", item.width_bits)
        nets = (data, m.declare(f"{prefix}_valid", 1), m.declare(f"{prefix}_ready", 1))
        its_turn = self.turn(user) if user else lnot(lor(*(self.turn(unit) for unit in units)))
        self.turns.setdefault((name, item.reads), []).append((its_turn, nets))
        return nets

    def turn(self, unit: str) -> Value:
        """Whether a unit may move words: from its start on, which a perpetual one takes with its first word only."""
        return lor(self.wanted[unit], self.busy[unit])

    def take_turns(self) -> None:
        """Streams that several use: a unit in its turn, the body otherwise."""
        m = self.module
        for (name, reads), users in self.turns.items():
            data, valid, ready = self.outside.streams[name]
            for busy, mine in users:
                if reads:
                    m.output(mine[0], data)
                m.output(mine[1] if reads else mine[2], land(busy, valid if reads else ready))
            if reads:
                m.output(ready, lor(*(land(busy, mine[2]) for busy, mine in users)))
            else:
                m.output(valid, lor(*(land(busy, mine[1]) for busy, mine in users)))
                m.output(data, choose([(busy, mine[0]) for busy, mine in users]))

    def is_apart(self, unit: Unit) -> bool:
        """It shares nothing with the body and the other units while it is at work, and takes and gives no numbers:
        calls may overlap."""
        interface = self.interfaces[unit.function]
        streams = {unit.bindings[stream.name] for stream in interface.streams}
        others = {stream.name for stream in self.own.streams}
        others |= {bound for other in self.function.units if other is not unit for bound in other.bindings.values()}
        numbers_or_memory = unit.inputs or unit.outputs or any(s.bus for s in interface.streams)
        written = any(array.writes for array in interface.arrays)
        read = {unit.bindings[array.name] for array in interface.arrays}
        return not numbers_or_memory and not written and not streams & others and not read & self.touched_after(unit)

    def touched_after(self, unit: Unit) -> set[str]:
        """The memories that the body or other units touch when a call of the unit may be under way."""
        function = self.function
        starts = {f"{each.name}_start": each for each in function.units}
        begun = [
            label
            for label, block in function.blocks.items()
            if any(starts.get(function.ops[id].object) is unit for id in block.ops)
        ]
        after = set(begun)
        while begun:
            for target in function.blocks[begun.pop()].end.targets():
                if target not in after:
                    after.add(target)
                    begun.append(target)
        found: set[str] = set()
        for op in (function.ops[id] for label in after for id in function.blocks[label].ops):
            other = starts.get(op.object)
            found |= set(other.bindings.values()) if other is not None and other is not unit else {op.object}
        return found

    def calls_of(self, unit: Unit, taken: Net, done: Net) -> Value:
        """Whether calls of the unit are under way: of a region `CALLS` at most."""
        count = self.module.counter(f"{unit.name}_calls", COUNT_BITS, taken, done)
        return Expr("ne", (count, Lit(0, COUNT_BITS)), 1)

    # ---- memories

    def memories(self) -> None:
        m = self.module
        for name in dict.fromkeys(memory for _, memory in self.arrays):
            users: Users = [
                (self.busy[user] if user else TRUE, nets)
                for (user, memory), nets in sorted(self.arrays.items(), key=lambda item: not item[0][0])
                if memory == name
            ]
            item = self.item(name)
            nets = shared_ports(m, name, item.ports, item.depth_words, item.width_bits, users)
            if name in self.outside.arrays:
                ports = self.outside.arrays[name]
                for role, net in nets.items():
                    m.output(ports[role], net)
                outputs = {port.number: ports[f"q{port.number}"] for port in item.ports if port.reads}
            else:
                memory = self.function.memories[name]
                kind = memory_kind(memory)
                outputs = add_memory(m, name, item.ports, item.depth_words, item.width_bits, kind, nets, memory.init)
            for _, mine in users:
                for role, net in mine.items():
                    if role.startswith("q"):
                        m.output(net, outputs[int(role[1:])])

    def item(self, name: str) -> ArrayItem:
        """The memory with the ports of all who use it."""
        found: ArrayItem | None = next((item for item in self.own.arrays if item.name == name), None)
        for unit in self.function.units:
            for item in self.interfaces[unit.function].arrays:
                if unit.bindings[item.name] == name:
                    found = item if found is None else ArrayItem(
                        name, found.argument, found.width_bits, found.depth_words, array_ports(found, item)
                    )  # fmt: skip
        assert found is not None
        return replace(found, depth_words=self.function.memories[name].depth_words)

    # ---- the body

    def body_instance(self, own_arrays: list[tuple[str, Value | None]]) -> Instance:
        connections: list[tuple[str, Value | None]] = []
        start: Value = Net("ap_start", 1)
        taken, done = Net("ap_taken", 1), Net("ap_done", 1)
        connections += [(port, Net(port, 1)) for port in ("ap_clk", "ap_rst_n")]
        own, outside = self.own, self.outside
        for stream in own.streams:
            nets = self.ends.get(stream.name) or self.stream("", stream.name, stream)
            connections += stream_connections(stream.name, nets)
        connections += [(f"{number.name}_i", outside.inputs[number.name]) for number in own.inputs]
        for result in own.outputs:
            connections += output_connections(result.name, outside.outputs[result.name])
        connections += own_arrays
        if self.under_way:
            start, done = self.ends_late(start, taken, done)
        connections += [("ap_start", start), ("ap_taken", taken), ("ap_done", done)]
        return Instance(self.body, self.module.unique("body_u"), tuple(connections))

    def ends_late(self, start: Value, taken: Net, done: Net) -> tuple[Value, Net]:
        """The body's own start and end: the whole ends when the calls that nobody waited for have, and only then begins
        anew."""
        m = self.module
        running, ended = Net(m.unique("running"), 1), Net(m.unique("body_over"), 1)
        body_done = m.declare("body_done", 1)
        m.output(done, land(ended, *map(lnot, self.under_way)))
        m.registers.append(Register(running, taken, lor(taken, done), reset=0))
        m.registers.append(Register(ended, body_done, lor(body_done, done), reset=0))
        return land(start, lnot(running)), body_done

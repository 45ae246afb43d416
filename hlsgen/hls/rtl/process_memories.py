"""The memories of a process: ports of those that are passed to it, cells and registers of its own."""

from __future__ import annotations

from hlsgen.hls.bind.memory_kinds import in_registers, memory_kind
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.cdfg.ir import MEMORY_KINDS, Kind, Memory, Op
from hlsgen.hls.cdfg.written import kept_words

from .accesses import Access, Accesses
from .memory_ports import MemoryPorts, address_width, assign_ports, copies_of
from .netlist import MemoryCell, Module, Net, ReadPort, Register, Value, WritePort, lor, mux


class ProcessMemories:
    def __init__(self, scheduled: ScheduledFunction, module: Module, accesses: Accesses) -> None:
        self.function, self.module, self.accesses = scheduled.function, module, accesses
        self._goes_along = scheduled.perpetual is not None  # what comes in and goes out, with its call
        self.ports: dict[str, MemoryPorts] = assign_ports(scheduled)
        self._kept = kept_words(self.function)
        self._outputs: dict[tuple[str, int], Net] = {}  # (memory, port): what it reads
        self._words: dict[str, Net] = {}  # memories of one word

    def declare_ports(self) -> None:
        """The ports through which external memories are reached: those in use."""
        for memory in self.function.memories.values():
            if memory.external:
                self._declare_ports(memory)

    def _declare_ports(self, memory: Memory) -> None:
        m, name = self.module, memory.name
        kinds = {op.kind for op, _ in self.accesses.of(MEMORY_KINDS, name)}
        if in_registers(memory):
            if kinds and (Kind.LOAD in kinds or name in self._kept):
                m.port(f"{name}_i", memory.width, "input")
            if Kind.STORE in kinds:
                m.port(f"{name}_o", memory.width, "output")
                m.port(f"{name}_o_vld", 1, "output")
            return
        if name not in self.ports:
            return
        ports = self.ports[name]
        for k in ports.numbers:
            m.port(f"{name}_address{k}", address_width(memory.depth_words), "output")
            m.port(f"{name}_ce{k}", 1, "output")
            if k in ports.stores.values():
                m.port(f"{name}_we{k}", 1, "output")
                m.port(f"{name}_d{k}", memory.width, "output")
            if k in ports.loads.values():
                self._outputs[name, k] = m.port(f"{name}_q{k}", memory.width, "input")

    def loaded(self, op: Op) -> Net:
        """What a LOAD gives."""
        memory = self.function.memories[op.object]
        if in_registers(memory):
            outside = memory.external and self._goes_along
            return Net(f"{memory.name}_i", memory.width) if outside else self._word(memory.name)
        return self._output(memory, self.ports[memory.name].loads[op.id])

    def drive(self, begin: Value) -> None:
        """Everything that the memories take. begin: a call is taken."""
        for memory in self.function.memories.values():
            accesses = self.accesses.of(MEMORY_KINDS, memory.name)
            if not accesses:
                continue
            stores = [(op, block) for op, block in accesses if op.kind is Kind.STORE]
            if in_registers(memory):
                self._drive_word(memory, stores, begin)
            elif memory.external:
                self._drive_ports(memory)
            else:
                self._drive_cell(memory)

    def _drive_ports(self, memory: Memory) -> None:
        m, name = self.module, memory.name
        for k in self.ports[name].numbers:
            loads, stores = self._using(memory, k, Kind.LOAD), self._using(memory, k, Kind.STORE)
            writes, reads = lor(*self.accesses.fires(stores)), lor(*self.accesses.active(loads))
            address = self.accesses.operand([*loads, *stores], 0)
            m.output(Net(f"{name}_address{k}", address_width(memory.depth_words)), address)
            m.output(Net(f"{name}_ce{k}", 1), lor(writes, reads))
            if stores:
                m.output(Net(f"{name}_we{k}", 1), writes)
                m.output(Net(f"{name}_d{k}", memory.width), self.accesses.operand(stores, -1))

    def _drive_cell(self, memory: Memory) -> None:
        ports = self.ports[memory.name]
        reads, writes = [], []
        for k in ports.numbers:
            loads, stores = self._using(memory, k, Kind.LOAD), self._using(memory, k, Kind.STORE)
            common: Value | None = None
            if ports.shared:  # one address, by name: synthesis sees that it is one port
                common = self.module.wire(f"{memory.name}_address{k}", self.accesses.operand([*loads, *stores], 0))
            if loads:
                enable = self._read_enable(loads, stores)
                reads.append(ReadPort(self._output(memory, k), common or self.accesses.operand(loads, 0), enable))
            if stores:
                enable, address = lor(*self.accesses.fires(stores)), common or self.accesses.operand(stores, 0)
                writes.append(WritePort(address, self.accesses.operand(stores, -1), enable))
        each = -(-len(reads) // copies_of(memory, len(reads)))
        for first in range(0, len(reads), each) if reads else [0]:
            mine = reads[first : first + each]
            cell = MemoryCell(
                self.module.unique(memory.name), memory.width, memory.depth_words, memory_kind(memory),
                tuple(mine), tuple(writes), memory.init,
            )  # fmt: skip
            self.module.memories.append(cell)

    def _drive_word(self, memory: Memory, stores: list[Access], begin: Value) -> None:
        if memory.external and self._goes_along and not stores:
            return
        net = self._word(memory.name)
        if memory.external and self._goes_along:
            (store,) = stores
            written, value = self.accesses.at_end(store)
        else:
            written = lor(*self.accesses.fires(stores))
            value = self.accesses.operand(stores, -1) if stores else net
        enable: Value = written
        if memory.external:
            if stores:
                kept = mux(written, value, net)
                self.module.output(Net(f"{memory.name}_o", memory.width), kept)
                self.module.output(Net(f"{memory.name}_o_vld", 1), written)
            if any(port.name == f"{memory.name}_i" for port in self.module.ports):
                value = mux(begin, Net(f"{memory.name}_i", memory.width), value)
                enable = lor(enable, begin)
        reset = None if memory.external else (memory.init or (0,))[0]
        self.module.registers.append(Register(net, value, enable, reset))

    def _using(self, memory: Memory, port: int, kind: Kind) -> list[Access]:
        """The loads or stores through one port."""
        numbers = self.ports[memory.name].loads if kind is Kind.LOAD else self.ports[memory.name].stores
        return [(op, block) for op, block in self.accesses.of(MEMORY_KINDS, memory.name) if numbers.get(op.id) == port]

    def _read_enable(self, loads: list[Access], stores: list[Access]) -> Value:
        """Of a port. Of one load: whenever its stage may move, which is less logic."""
        if len(loads) > 1:
            return lor(*self.accesses.active(loads))
        op, block = loads[0]
        enable = self.accesses.values.control[block.label].enable[block.stage[op.id]]
        return lor(enable, *self.accesses.fires(stores))

    def _output(self, memory: Memory, port: int) -> Net:
        """What a port delivers, a cycle after its address."""
        if (memory.name, port) not in self._outputs:
            self._outputs[memory.name, port] = Net(self.module.unique(f"{memory.name}_q{port}"), memory.width)
        return self._outputs[memory.name, port]

    def _word(self, memory: str) -> Net:
        if memory not in self._words:
            width = self.function.memories[memory].width
            self._words[memory] = Net(self.module.unique(f"{memory}_word"), width)
        return self._words[memory]

"""One scheduled function as a module: control, datapath, memories, stream handshakes.

Ports: ap_clk, ap_rst_n, ap_start (a call is wanted), ap_taken (pulse: it has begun), ap_done (pulse: it is finished);
for each stream `<name>_data`, `<name>_valid`, `<name>_ready`; each scalar argument as `<name>_i`, read when the call is
taken; for each port of an external memory `<name>_address0`, `_ce0`, `_we0`, `_d0`, `_q0` (a read takes a cycle, `_q0`
stays while `_ce0` is low); an external memory of one word as `<name>_i`, read when the call is taken, and `<name>_o`
with the pulse `<name>_o_vld`. The other end of a stream is a FIFO, whose ready and valid do not depend on this module
in the same cycle.

A value lives in its block as a wire in the stage where it appears and as pipeline registers in later ones; outside
its block it is a register written when its stage runs.
"""

from __future__ import annotations

import re
from pathlib import Path

from hlsgen.core.errors import InternalError
from hlsgen.hls.bind.memory_kinds import in_registers, memory_kind
from hlsgen.hls.bind.scheduled import ScheduledBlock, ScheduledFunction
from hlsgen.hls.cdfg.ir import MEMORY_KINDS, STATUS_KINDS, STREAM_KINDS, Branch, Jump, Kind, Memory, Op, Return
from hlsgen.hls.cdfg.written import kept_words

from .control import BlockControl, LoopNets, loop_issue, loop_registers, pass_tokens, single_token, stage_enables
from .memory_ports import MemoryPorts, assign_ports
from .netlist import (
    FALSE,
    TRUE,
    Expr,
    Lit,
    MemoryCell,
    Module,
    Net,
    ReadPort,
    Register,
    Value,
    WritePort,
    choose,
    land,
    lnot,
    lor,
    mux,
)
from .shared_units import Turn, declare_unit, drive_unit, part_of

_WIRING = frozenset((Kind.ZEXT, Kind.SEXT, Kind.SLICE, Kind.CONCAT))
_USE_DSP = {"dsp": 'use_dsp = "yes"', "fabric": 'use_dsp = "no"'}
_ROM_READS = 2  # of one block RAM
_LONG_CONCAT = 4  # parts from which on a concatenation has a wire of its own
_SOURCE_NAME = re.compile(r"([A-Za-z]\w*?)\d*(?:\.sroa\.(\d+))?(?:\.|$)")
_LLVM_NAME = re.compile(
    r"(add|sub|mul|div|rem|shl|shr|and|or|xor|not|neg|cmp|cond|conv|inc|dec|sext|zext|trunc|idxprom|arrayidx|lnot|land|lor"
    r"|tobool|extract|storemerge|spec|ref|retval|call|phi|select|narrow|indvars|agg|this|v|for|if)"
)
_DIRECT = {
    Kind.ADD: "add", Kind.SUB: "sub", Kind.AND: "and", Kind.OR: "or", Kind.XOR: "xor", Kind.SHL: "shl",
    Kind.LSHR: "lshr", Kind.ASHR: "ashr", Kind.ZEXT: "zext", Kind.SEXT: "sext", Kind.CONCAT: "concat",
    Kind.UDIV: "udiv", Kind.UREM: "urem", Kind.SDIV: "sdiv", Kind.SREM: "srem",
}  # fmt: skip


def build_process(scheduled: ScheduledFunction, module_name: str) -> Module:
    """The module of one process."""
    return _Process(scheduled, module_name).build()


class _Process:
    def __init__(self, scheduled: ScheduledFunction, module_name: str) -> None:
        self.scheduled, self.function = scheduled, scheduled.function
        loc = self.function.loc
        source = f"{Path(loc.file).name} line {loc.line}"
        self.module = Module(module_name, comment=f"{self.function.name}, {source}")
        self.ops = self.function.ops
        self.home = self.function.home()
        self.control: dict[str, BlockControl] = {}
        self.loops: dict[str, LoopNets] = {}
        self.stage_registers: dict[str, list[Net]] = {}
        self.entry_registers: dict[str, Net] = {}
        self.enter: dict[str, Value] = {}
        self.wires: dict[int, Value] = {}  # in the stage where the value appears: a net, or wiring of nets
        self.copies: dict[tuple[int, int], Net] = {}  # (value, stage): pipeline registers
        self.held: dict[int, Net] = {}  # outside its block; a phi's own register
        self.products: dict[int, Net] = {}  # those of shared multipliers
        self.carried: dict[int, int] = {}  # what a pipelined loop hands to its phi, in whose register it ends
        self.left: dict[int, Net] = {}  # outside a pipelined loop, its phis: their own registers have gone on by then
        self.blocked: dict[tuple[str, int], Net] = {}  # (block, stage): a stream access has to wait
        self.last: dict[tuple[str, int], Net] = {}  # (loop, stage): the token is the last iteration
        self.ports: dict[str, MemoryPorts] = assign_ports(scheduled)
        self.kept = kept_words(self.function)
        self.outputs: dict[tuple[str, int], Net] = {}  # (memory, port): what it reads
        self.cells: dict[str, Net] = {}  # memories of one word
        self.begin: Value = FALSE
        self.prefix = {label: f"b{number}" for number, label in enumerate(self.function.blocks)}

    def build(self) -> Module:
        m = self.module
        for name in ("ap_clk", "ap_rst_n", "ap_start"):
            m.port(name, 1, "input")
        self.start = Net("ap_start", 1)
        for stream in self.function.used_streams():
            incoming = stream.direction == "in"
            m.port(f"{stream.name}_data", stream.width, "input" if incoming else "output")
            m.port(f"{stream.name}_valid", 1, "input" if incoming else "output")
            m.port(f"{stream.name}_ready", 1, "output" if incoming else "input")
        for param in self.function.params.values():
            m.port(f"{param.name}_i", param.width, "input")
        for memory in self.function.memories.values():
            if memory.external:
                self.memory_ports(memory)
        self.taken, self.done = m.port("ap_taken", 1, "output"), m.port("ap_done", 1, "output")
        self.name_values()
        for label in self.reached():
            self.open_block(self.scheduled.blocks[label])
        for number, unit in enumerate(self.scheduled.shared):
            self.products |= dict.fromkeys(unit.users, declare_unit(m, unit, number))
        for label in self.reached():
            self.datapath(self.scheduled.blocks[label])
        for unit in self.scheduled.shared:
            drive_unit(m, unit, self.products[unit.users[0]], [self.turn(id) for id in unit.users])
        for label in self.reached():
            self.close_block(self.scheduled.blocks[label])
        self.call_handshake()
        for label in self.reached():
            self.entering(self.scheduled.blocks[label])
        for label in self.reached():
            self.block_registers(self.scheduled.blocks[label])
        self.hold_values()
        self.hold_params()
        self.streams()
        self.memories()
        return m

    def memory_ports(self, memory: Memory) -> None:
        """The ports through which an external memory is reached: those in use."""
        m, name = self.module, memory.name
        kinds = {op.kind for op, _ in self.accesses(MEMORY_KINDS, name)}
        if in_registers(memory):
            if kinds and (Kind.LOAD in kinds or name in self.kept):
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
                self.outputs[name, k] = m.port(f"{name}_q{k}", memory.width, "input")

    def reached(self) -> list[str]:
        """The blocks that hardware is needed for: all, or the one loop that repeats for ever."""
        only = self.scheduled.perpetual
        return [only] if only else list(self.function.blocks)

    # ---- values

    def name_values(self) -> None:
        """Registers of phis and of values used outside their block, before anything refers to them."""
        reached = self.reached()
        for label in reached:
            for id in self.function.blocks[label].ops:
                op = self.ops[id]
                if op.kind is Kind.PHI:
                    self.held[id] = Net(self.module.unique(self.value_name(op)), op.width)
                    if self.scheduled.blocks[label].loop is not None and not self.scheduled.perpetual:
                        self.carried.setdefault(op.args[op.blocks.index(label)], id)
                elif op.kind is Kind.PARAM:
                    is_stable = self.function.params[op.object].stable
                    self.held[id] = Net(
                        f"{op.object}_i" if is_stable else self.module.unique(f"{op.object}_held"), op.width
                    )
        for label in reached:
            for id in self.function.blocks[label].ops:
                op = self.ops[id]
                for arg, user in self.uses_from(op, label):
                    self.note_outside(arg, user)
            end = self.function.blocks[label].end
            if isinstance(end, Branch):
                self.note_outside(end.condition, label)

    def uses_from(self, op: Op, label: str) -> list[tuple[int, str]]:
        """(value, block in which it is needed): phis need their values where control comes from."""
        if op.kind is Kind.PHI:
            return list(zip(op.args, op.blocks, strict=True))
        return [(arg, label) for arg in op.inputs()]

    def note_outside(self, id: int, user: str) -> None:
        op = self.ops[id]
        if op.kind is Kind.CONST or self.home[id] == user:
            return
        if id in self.carried and op.kind is not Kind.PHI and self.home[self.carried[id]] == self.home[id]:
            self.held[id] = self.held[self.carried[id]]
            return
        looping = op.kind is Kind.PHI and self.scheduled.blocks[self.home[id]].loop is not None
        registers = self.left if looping else self.held
        if id not in registers:
            registers[id] = Net(self.module.unique(f"{self.value_name(op)}_held"), op.width)

    def value_name(self, op: Op) -> str:
        """The C++ name of a value where LLVM kept one (with the place in its array), and the value's number."""
        found = _SOURCE_NAME.match(op.name)
        if found is None or _LLVM_NAME.fullmatch(found[1]):
            return f"{op.kind.value}_{op.id}"
        place = f"_{found[2]}" if found[2] and found[2] != "0" else ""
        return f"{found[1]}{place}_{op.id}"

    def at(self, id: int, label: str, stage: int) -> Value:
        """The value as seen in `stage` of block `label`."""
        op = self.ops[id]
        if op.kind is Kind.CONST:
            return Lit(op.value, op.width)
        block = self.scheduled.blocks[label]
        if self.home[id] != label:
            return self.left[id] if id in self.left else self.held[id]
        if op.kind is Kind.PARAM or (op.kind is Kind.PHI and block.loop is None):
            return self.held[id]
        first = block.available[id]
        if stage < first:
            raise InternalError(f"{op} is used in stage {stage} of {label}, before stage {first}", self.scheduled)
        here = self.held[id] if op.kind is Kind.PHI else self.wires[id]
        return here if stage == first else self.copy(id, here, label, stage)

    def net(self, id: int, label: str, stage: int) -> Value:
        """The value with a name of its own, of which single bits can be taken."""
        value = self.at(id, label, stage)
        if not isinstance(value, Expr):
            return value
        net = self.module.wire(self.value_name(self.ops[id]), value)
        self.wires[id] = net
        return net

    def copy(self, id: int, here: Value, label: str, stage: int) -> Net:
        """The pipeline register of `id` in `stage`, made with all those before it."""
        block, control = self.scheduled.blocks[label], self.control[label]
        value = here
        for k in range(block.available[id] + 1, stage + 1):
            if (id, k) not in self.copies:
                net = Net(self.module.unique(f"{self.value_name(self.ops[id])}_s{k}"), here.width)
                self.copies[id, k] = net
                self.module.registers.append(Register(net, value, control.enable[k - 1]))
            value = self.copies[id, k]
        assert isinstance(value, Net)
        return value

    # ---- control, first half: valid and enable of every stage

    def open_block(self, block: ScheduledBlock) -> None:
        """Nets for the tokens; enables need the stream guards, which need values, so they come as wires."""
        prefix, control = self.prefix[block.label], BlockControl()
        self.control[block.label] = control
        if block.loop is None:
            self.entry_registers[block.label] = Net(self.module.unique(f"{prefix}_valid0"), 1)
            control.valid.append(self.entry_registers[block.label])
        else:
            begin = self.start if self.scheduled.perpetual else None
            self.loops[block.label], first = loop_issue(self.module, prefix, block, begin, block.ii)
            control.valid.append(first)
        registers = [Net(self.module.unique(f"{prefix}_valid{k}"), 1) for k in range(1, block.depth)]
        self.stage_registers[block.label] = registers
        control.valid.extend(registers)
        waiting = {block.stage[id] for id in block.stage if self.ops[id].kind in STREAM_KINDS}
        blocked: list[Value] = []
        for k in range(block.depth):
            net = self.module.declare(f"{prefix}_blocked{k}", 1) if k in waiting else None
            if net is not None:
                self.blocked[block.label, k] = net
            blocked.append(net if net is not None else FALSE)
        control.enable = stage_enables(self.module, prefix, blocked, block.ii)

    # ---- datapath

    def datapath(self, block: ScheduledBlock) -> None:
        waits: dict[int, list[Value]] = {}
        for id in self.function.blocks[block.label].ops:
            op = self.ops[id]
            if op.kind in (Kind.CONST, Kind.PARAM, Kind.PHI, Kind.STORE):
                continue
            stage = block.stage[id]
            if op.kind in STREAM_KINDS:
                guard = TRUE if op.guard is None else self.at(op.guard, block.label, stage)
                signal = "valid" if op.kind is Kind.READ else "ready"
                there = Net(f"{op.object}_{signal}", 1)
                waits.setdefault(stage, []).append(land(self.control[block.label].valid[stage], guard, lnot(there)))
                if op.kind is Kind.READ:
                    self.wires[id] = Net(f"{op.object}_data", op.width)
            elif op.kind in STATUS_KINDS:
                signal = "valid" if op.kind is Kind.READABLE else "ready"
                self.wires[id] = Net(f"{op.object}_{signal}", 1)
            elif op.kind is Kind.LOAD:
                self.load(op)
            elif id in self.products:
                self.wires[id] = part_of(self.products[id], op.width)
            else:
                inside = block.available[id] - stage  # cycles in a DSP block: the first of several for its inputs
                value = self.compute(op, block.label, stage + (inside > 1))
                short = op.kind in _WIRING and len(op.args) <= _LONG_CONCAT
                line = f"line {op.loc.line}" if op.loc.line else ""
                use_dsp = _USE_DSP.get(self.function.wish(op).impl, "") if op.kind is Kind.MUL else ""
                self.wires[id] = value if short else self.module.wire(self.value_name(op), value, line, use_dsp)
                for k in range(stage + (inside > 1), block.available[id]):
                    net = Net(self.module.unique(f"{self.value_name(op)}_r{k + 1}"), op.width)
                    self.module.registers.append(Register(net, self.wires[id], self.control[block.label].enable[k]))
                    self.wires[id] = net
        for stage, reasons in waits.items():
            self.module.output(self.blocked[block.label, stage], lor(*reasons))

    def turn(self, id: int) -> Turn:
        """One user of a shared multiplier."""
        op, label = self.ops[id], self.home[id]
        block, control = self.scheduled.blocks[label], self.control[label]
        stage = block.stage[id]
        whole = [self.ops[arg].width >= op.width for arg in op.args]
        a, b = (self.net(arg, label, stage) for arg in op.args)
        signs = (op.signs[0] or whole[0], op.signs[1] or whole[1])
        moves = tuple(control.active(k) for k in range(stage, block.available[id]))
        return Turn(control.valid[stage], (a, b), signs, moves)

    def compute(self, op: Op, label: str, stage: int) -> Value:
        see = self.net if op.kind in (Kind.SLICE, Kind.SEXT, Kind.MUL) else self.at
        args = tuple(see(arg, label, stage) for arg in op.args)
        match op.kind:
            case Kind.SELECT:
                return mux(args[0], args[1], args[2])
            case Kind.ICMP:
                return Expr(op.predicate, args, 1)
            case Kind.SLICE:
                return Expr("slice", args, op.width, lsb=op.value)
            case Kind.MUL:
                return Expr("mul", args, op.width, signs=op.signs)
            case Kind.COPY:
                return args[0]
            case Kind.XOR if args[1] == Lit((1 << op.width) - 1, op.width):
                return Expr("not", args[:1], op.width)
            case _:
                return Expr(_DIRECT[op.kind], args, op.width)

    def load(self, op: Op) -> None:
        memory = self.function.memories[op.object]
        if in_registers(memory):
            self.wires[op.id] = self.register_of(memory.name)
        else:
            self.wires[op.id] = self.output(memory, self.ports[memory.name].loads[op.id])

    # ---- control, second half: conditions, hand-over, registers

    def close_block(self, block: ScheduledBlock) -> None:
        """When the block is left."""
        control, label = self.control[block.label], block.label
        final = block.depth - 1
        if block.loop is None:
            control.finish = control.active(final)
            return
        end = self.function.blocks[label].end
        if not isinstance(end, Branch):  # never
            control.again, control.last = TRUE, FALSE
            return
        stage = self.condition_stage(block)
        condition = self.at(end.condition, label, stage)
        again = condition if end.if_one == label else lnot(condition)
        control.again = (
            again if isinstance(again, (Net, Lit)) else self.module.wire(f"{self.prefix[label]}_again", again)
        )
        last: Value = lnot(control.again)
        for k in range(stage + 1, block.depth):
            net = Net(self.module.unique(f"{self.prefix[label]}_last{k}"), 1)
            self.module.registers.append(Register(net, last, control.enable[k - 1]))
            last = net
            self.last[label, k] = net
        control.last = last
        control.finish = land(control.active(final), last)

    def condition_stage(self, block: ScheduledBlock) -> int:
        """The stage in which a loop knows whether another iteration follows."""
        end = self.function.blocks[block.label].end
        return block.available.get(end.condition, 0) if isinstance(end, Branch) else 0

    def last_at(self, block: ScheduledBlock, stage: int) -> Value:
        """The token in `stage` (at or after the condition's) is the last iteration."""
        if stage == self.condition_stage(block):
            return lnot(self.control[block.label].again)
        return self.last[block.label, stage]

    def call_handshake(self) -> None:
        only = self.scheduled.perpetual
        if only:
            control, nets = self.control[only], self.loops[only]
            self.module.output(self.taken, land(control.active(0), lnot(nets.run)))
            self.module.output(self.done, control.finish)
            return
        finished = [
            self.control[label].finish for label, block in self.function.blocks.items() if isinstance(block.end, Return)
        ]
        idle = Net(self.module.unique("idle"), 1)
        begin = land(self.start, idle)
        self.module.output(self.taken, begin)
        done = lor(*finished)
        self.module.output(self.done, done)
        self.module.registers.append(Register(idle, self.done, lor(begin, self.done), reset=1))
        self.begin = begin

    def entering(self, block: ScheduledBlock) -> None:
        """The condition under which control comes to `block` in this cycle."""
        if self.scheduled.perpetual:
            self.enter[block.label] = FALSE
            return
        ways = [self.edge(origin, block.label) for origin in self.sources(block.label)]
        if block.label == self.function.entry:
            ways.append(self.begin)
        way = lor(*ways)
        prefix = self.prefix[block.label]
        self.enter[block.label] = way if isinstance(way, (Net, Lit)) else self.module.wire(f"{prefix}_enter", way)

    def sources(self, label: str) -> list[str]:
        """Blocks that control comes from; a pipelined loop does not enter itself."""
        found = self.function.predecessors()[label]
        return [origin for origin in found if origin != label or self.scheduled.blocks[label].loop is None]

    def edge(self, origin: str, target: str) -> Value:
        """Control passes from `origin` to `target` in this cycle."""
        block, control = self.function.blocks[origin], self.control[origin]
        scheduled = self.scheduled.blocks[origin]
        if scheduled.loop is not None or isinstance(block.end, Jump):
            return control.finish
        assert isinstance(block.end, Branch)
        condition = self.at(block.end.condition, origin, scheduled.depth - 1)
        return land(control.finish, condition if target == block.end.if_one else lnot(condition))

    def block_registers(self, block: ScheduledBlock) -> None:
        label, control, enter = block.label, self.control[block.label], self.enter[block.label]
        pass_tokens(self.module, self.prefix[label], control, self.stage_registers[label])
        if block.loop is None:
            single_token(self.module, self.entry_registers[label], control, enter)
        else:
            loop_registers(
                self.module, self.loops[label], control, control.again, self.condition_stage(block), enter, block.ii,
                rewind=bool(self.scheduled.perpetual),
            )  # fmt: skip
        for id in self.function.blocks[label].ops:
            if self.ops[id].kind is Kind.PHI:
                self.phi_register(self.ops[id], block)

    def phi_register(self, op: Op, block: ScheduledBlock) -> None:
        label = block.label
        incoming = dict(zip(op.blocks, op.args, strict=True))
        updates: list[tuple[Value, Value]] = []
        reset = None
        if block.loop is not None:
            control = self.control[label]
            carried = incoming.pop(label)
            inside = self.home.get(carried) == label and carried in block.available
            stage = block.available[carried] if inside else block.stage[op.id]
            value = self.at(carried, label, stage)
            if self.scheduled.perpetual:
                first = self.ops[next(iter(incoming.values()))]
                reset = first.value
                stage = max(stage, self.condition_stage(block))
                value = mux(self.last_at(block, stage), Lit(reset, op.width), self.at(carried, label, stage))
                incoming = {}
            updates.append((control.active(stage), value))
        by_value: dict[Value, list[str]] = {}
        for origin, arg in incoming.items():  # a value of an earlier block is a wire there, a register further on
            by_value.setdefault(self.at(arg, origin, self.scheduled.blocks[origin].depth - 1), []).append(origin)
        clear: Value = FALSE
        constants = [value for value in by_value if isinstance(value, Lit)]
        if updates and len(constants) == 1:  # a synchronous reset, which DSP blocks have too
            clear = lor(*(self.edge(origin, label) for origin in by_value.pop(constants[0])))
            reset = constants[0].value
        for value, origins in by_value.items():
            updates.insert(0, (lor(*(self.edge(origin, label) for origin in origins)), value))
        enable = lor(*(way for way, _ in updates))
        self.module.registers.append(Register(self.held[op.id], choose(updates), enable, reset, clear))

    def hold_values(self) -> None:
        """Registers of values that other blocks use, written in the stage in which the value appears."""
        own = {id for id in self.held if self.ops[id].kind in (Kind.PHI, Kind.PARAM)}
        own |= {id for id, phi in self.carried.items() if self.held.get(id) is self.held[phi]}
        values = {id: net for id, net in self.held.items() if id not in own}
        for id, net in (values | self.left).items():
            label = self.home[id]
            stage = self.scheduled.blocks[label].available[id]
            self.module.registers.append(Register(net, self.at(id, label, stage), self.control[label].active(stage)))

    def hold_params(self) -> None:
        """Scalar arguments stay as they were when the call began; those that are stable anyway need no register."""
        for id, net in self.held.items():
            if self.ops[id].kind is Kind.PARAM and not self.function.params[self.ops[id].object].stable:
                self.module.registers.append(Register(net, Net(f"{self.ops[id].object}_i", net.width), self.begin))

    # ---- streams and memories

    def accesses(self, kinds: frozenset[Kind], name: str) -> list[tuple[Op, ScheduledBlock]]:
        return [
            (self.ops[id], self.scheduled.blocks[label])
            for label in self.reached()
            for id in self.function.blocks[label].ops
            if self.ops[id].kind in kinds and self.ops[id].object == name
        ]

    def fires(self, op: Op, block: ScheduledBlock) -> Value:
        """The effect takes place in this cycle."""
        stage = block.stage[op.id]
        guard = TRUE if op.guard is None else self.at(op.guard, block.label, stage)
        return land(self.control[block.label].active(stage), guard)

    def streams(self) -> None:
        for stream in self.function.used_streams():
            accesses = self.accesses(STREAM_KINDS, stream.name)
            fires = [self.fires(op, block) for op, block in accesses]
            if stream.direction == "in":
                self.module.output(Net(f"{stream.name}_ready", 1), lor(*fires))
                continue
            self.module.output(Net(f"{stream.name}_valid", 1), lor(*fires))
            values = [self.at(op.args[0], block.label, block.stage[op.id]) for op, block in accesses]
            options = list(zip(self.selectors(accesses), values, strict=True))
            self.module.output(
                Net(f"{stream.name}_data", stream.width), choose(options) if options else Lit(0, stream.width)
            )

    def selectors(self, accesses: list[tuple[Op, ScheduledBlock]]) -> list[Value]:
        """Which access a shared port serves: no need to know whether it really takes place."""
        found = []
        for op, block in accesses:
            stage = block.stage[op.id]
            guard = TRUE if op.guard is None else self.at(op.guard, block.label, stage)
            found.append(land(self.control[block.label].valid[stage], guard))
        return found

    def output(self, memory: Memory, port: int) -> Net:
        """What a port delivers, a cycle after its address."""
        if (memory.name, port) not in self.outputs:
            self.outputs[memory.name, port] = Net(self.module.unique(f"{memory.name}_q{port}"), memory.width)
        return self.outputs[memory.name, port]

    def register_of(self, memory: str) -> Net:
        if memory not in self.cells:
            width = self.function.memories[memory].width
            self.cells[memory] = Net(self.module.unique(f"{memory}_word"), width)
        return self.cells[memory]

    def memories(self) -> None:
        for memory in self.function.memories.values():
            accesses = self.accesses(MEMORY_KINDS, memory.name)
            if not accesses:
                continue
            stores = [(op, block) for op, block in accesses if op.kind is Kind.STORE]
            if in_registers(memory):
                self.memory_register(memory, stores)
            elif memory.external:
                self.external_memory(memory)
            else:
                self.memory_cell(memory)

    def using(self, memory: Memory, port: int, kind: Kind) -> list[tuple[Op, ScheduledBlock]]:
        """The loads or stores through one port."""
        numbers = self.ports[memory.name].loads if kind is Kind.LOAD else self.ports[memory.name].stores
        return [(op, block) for op, block in self.accesses(MEMORY_KINDS, memory.name) if numbers.get(op.id) == port]

    def external_memory(self, memory: Memory) -> None:
        m, name = self.module, memory.name
        for k in self.ports[name].numbers:
            loads, stores = self.using(memory, k, Kind.LOAD), self.using(memory, k, Kind.STORE)
            writes = lor(*(self.fires(op, block) for op, block in stores))
            reads = lor(*(self.reads(op, block) for op, block in loads))
            m.output(Net(f"{name}_address{k}", address_width(memory.depth_words)), self.address([*loads, *stores]))
            m.output(Net(f"{name}_ce{k}", 1), lor(writes, reads))
            if stores:
                m.output(Net(f"{name}_we{k}", 1), writes)
                m.output(Net(f"{name}_d{k}", memory.width), self.stored(stores))

    def reads(self, op: Op, block: ScheduledBlock) -> Value:
        """A load takes its address in this cycle."""
        return self.control[block.label].active(block.stage[op.id])

    def memory_cell(self, memory: Memory) -> None:
        ports = self.ports[memory.name]
        reads, writes = [], []
        for k in ports.numbers:
            loads, stores = self.using(memory, k, Kind.LOAD), self.using(memory, k, Kind.STORE)
            common: Value | None = None
            if ports.shared:  # one address, by name: synthesis sees that it is one port
                common = self.module.wire(f"{memory.name}_address{k}", self.address([*loads, *stores]))
            if loads:
                if len(loads) == 1:
                    op, block = loads[0]
                    enable = self.control[block.label].enable[block.stage[op.id]]
                    if stores:
                        enable = lor(enable, *(self.fires(op, block) for op, block in stores))
                else:
                    enable = lor(*(self.reads(op, block) for op, block in loads))
                reads.append(ReadPort(self.output(memory, k), common or self.address(loads), enable))
            if stores:
                enable = lor(*(self.fires(op, block) for op, block in stores))
                writes.append(WritePort(common or self.address(stores), self.stored(stores), enable))
        each = _ROM_READS if memory.rom and memory_kind(memory) != "lutram" else len(reads)
        for first in range(0, len(reads), each) if reads else [0]:
            mine = reads[first : first + each]
            cell = MemoryCell(
                self.module.unique(memory.name), memory.width, memory.depth_words, memory_kind(memory),
                tuple(mine), tuple(writes), memory.init,
            )  # fmt: skip
            self.module.memories.append(cell)

    def address(self, accesses: list[tuple[Op, ScheduledBlock]]) -> Value:
        values = [self.at(op.args[0], block.label, block.stage[op.id]) for op, block in accesses]
        return choose(list(zip(self.selectors(accesses), values, strict=True)))

    def stored(self, stores: list[tuple[Op, ScheduledBlock]]) -> Value:
        values = [self.at(op.args[-1], block.label, block.stage[op.id]) for op, block in stores]
        return choose(list(zip(self.selectors(stores), values, strict=True)))

    def memory_register(self, memory: Memory, stores: list[tuple[Op, ScheduledBlock]]) -> None:
        net = self.register_of(memory.name)
        written = lor(*(self.fires(op, block) for op, block in stores))
        value: Value = self.stored(stores) if stores else net
        enable: Value = written
        if memory.external:
            if stores:
                kept = mux(written, value, net)
                self.module.output(Net(f"{memory.name}_o", memory.width), kept)
                self.module.output(Net(f"{memory.name}_o_vld", 1), written)
            if any(port.name == f"{memory.name}_i" for port in self.module.ports):
                value = mux(self.begin, Net(f"{memory.name}_i", memory.width), value)
                enable = lor(enable, self.begin)
        reset = None if memory.external else (memory.init or (0,))[0]
        self.module.registers.append(Register(net, value, enable, reset))


def address_width(depth_words: int) -> int:
    return max(1, (depth_words - 1).bit_length())

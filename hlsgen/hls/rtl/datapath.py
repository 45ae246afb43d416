"""What the operations of a process compute, block by block: expressions, products in DSP blocks, what streams give."""

from __future__ import annotations

from hlsgen.hls.bind.scheduled import ScheduledBlock, ScheduledFunction
from hlsgen.hls.cdfg.ir import STATUS_KINDS, STREAM_KINDS, Kind, Op

from .control_flow import ControlFlow
from .netlist import TRUE, Expr, Lit, Module, Net, Register, Value, land, lnot, lor, mux
from .process_memories import ProcessMemories
from .shared_units import Turn, declare_unit, drive_unit, part_of
from .values import Values, value_name

_WIRING = frozenset((Kind.ZEXT, Kind.SEXT, Kind.SLICE, Kind.CONCAT))
_NOTHING = frozenset((Kind.CONST, Kind.PARAM, Kind.PHI, Kind.STORE, Kind.WRITE))  # to compute
_USE_DSP = {"dsp": 'use_dsp = "yes"', "fabric": 'use_dsp = "no"'}
_LONG_CONCAT = 4  # parts from which on a concatenation has a wire of its own
_DIRECT = {
    Kind.ADD: "add", Kind.SUB: "sub", Kind.AND: "and", Kind.OR: "or", Kind.XOR: "xor", Kind.SHL: "shl",
    Kind.LSHR: "lshr", Kind.ASHR: "ashr", Kind.ZEXT: "zext", Kind.SEXT: "sext", Kind.CONCAT: "concat",
    Kind.UDIV: "udiv", Kind.UREM: "urem", Kind.SDIV: "sdiv", Kind.SREM: "srem",
}  # fmt: skip


class Datapath:
    def __init__(
        self, scheduled: ScheduledFunction, module: Module, values: Values, flow: ControlFlow, memories: ProcessMemories
    ) -> None:
        self.scheduled, self.function, self.ops = scheduled, scheduled.function, scheduled.function.ops
        self.module, self.values, self.flow, self.memories = module, values, flow, memories
        self._products: dict[int, Net] = {}  # those of shared multipliers

    def build(self) -> None:
        """The wires of all values. The blocks are open."""
        for number, unit in enumerate(self.scheduled.shared):
            self._products |= dict.fromkeys(unit.users, declare_unit(self.module, unit, number))
        for label in self.scheduled.reached:
            self._block(self.scheduled.blocks[label])
        for unit in self.scheduled.shared:
            drive_unit(self.module, unit, self._products[unit.users[0]], [self._turn(id) for id in unit.users])

    def _block(self, block: ScheduledBlock) -> None:
        wires, waits = self.values.wires, dict[int, list[Value]]()
        for id in self.function.blocks[block.label].ops:
            op = self.ops[id]
            if op.kind in STREAM_KINDS:
                waits.setdefault(block.stage[id], []).append(self._waits(op, block))
            if op.kind is Kind.READ:
                wires[id] = Net(f"{op.object}_data", op.width)
            elif op.kind in STATUS_KINDS:
                wires[id] = _there(op)
            elif op.kind is Kind.LOAD:
                wires[id] = self.memories.loaded(op)
            elif id in self._products:
                wires[id] = part_of(self._products[id], op.width)
            elif op.kind not in _NOTHING:
                self._operation(op, block)
        for stage, reasons in waits.items():
            valid = self.values.control[block.label].valid[stage]
            self.module.output(self.flow.blocked[block.label, stage], land(valid, lor(*reasons)))
        if self.flow.waits is not None:
            self.module.output(self.flow.waits, lor(*waits[0]))

    def _waits(self, op: Op, block: ScheduledBlock) -> Value:
        """An access of a stream would take place in a valid stage, and the other end is not ready."""
        guard = TRUE if op.guard is None else self.values.at(op.guard, block.label, block.stage[op.id])
        return land(guard, lnot(_there(op)))

    def _operation(self, op: Op, block: ScheduledBlock) -> None:
        stage, available, wires = block.stage[op.id], block.available[op.id], self.values.wires
        first = stage + (available - stage > 1)  # in a DSP block: the first of several registers is for its inputs
        value = self._compute(op, block.label, first)
        if op.kind in _WIRING and len(op.args) <= _LONG_CONCAT:
            wires[op.id] = value
        else:
            line = f"line {op.loc.line}" if op.loc.line else ""
            use_dsp = _USE_DSP.get(self.function.wish(op).impl, "") if op.kind is Kind.MUL else ""
            wires[op.id] = self.module.wire(value_name(op), value, line, use_dsp)
        for k in range(first, available):
            net = Net(self.module.unique(f"{value_name(op)}_r{k + 1}"), op.width)
            self.module.registers.append(Register(net, wires[op.id], self.values.control[block.label].enable[k]))
            wires[op.id] = net

    def _turn(self, id: int) -> Turn:
        """One user of a shared multiplier."""
        op, label = self.ops[id], self.values.home[id]
        block, control = self.scheduled.blocks[label], self.values.control[label]
        stage = block.stage[id]
        whole = [self.ops[arg].width >= op.width for arg in op.args]
        a, b = (self.values.net(arg, label, stage) for arg in op.args)
        signs = (op.signs[0] or whole[0], op.signs[1] or whole[1])
        moves = tuple(control.active(k) for k in range(stage, block.available[id]))
        return Turn(control.valid[stage], (a, b), signs, moves)

    def _compute(self, op: Op, label: str, stage: int) -> Value:
        see = self.values.net if op.kind in (Kind.SLICE, Kind.SEXT, Kind.MUL) else self.values.at
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


def _there(op: Op) -> Net:
    """The other end of the stream has a word, or room for one."""
    return Net(f"{op.object}_{'valid' if op.kind in (Kind.READ, Kind.READABLE) else 'ready'}", 1)

"""Where each value of a process is: a wire where it appears, pipeline registers in later stages, a register elsewhere.

Outside its block a value is a register written in the stage in which it appears; a phi is a register of its own.
"""

from __future__ import annotations

import re

from hlsgen.core.errors import InternalError
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.cdfg.ir import Branch, Kind, Op

from .control import BlockControl
from .netlist import Expr, Lit, Module, Net, Register, Value

_SOURCE_NAME = re.compile(r"([A-Za-z]\w*?)\d*(?:\.sroa\.(\d+))?(?:\.|$)")
_LLVM_NAME = re.compile(
    r"(add|sub|mul|div|rem|shl|shr|and|or|xor|not|neg|cmp|cond|conv|inc|dec|sext|zext|trunc|idxprom|arrayidx|lnot|land|lor"
    r"|tobool|extract|storemerge|spec|ref|retval|call|phi|select|narrow|indvars|agg|this|v|for|if)"
)


def value_name(op: Op) -> str:
    """The C++ name of a value where LLVM kept one (with the place in its array), and the value's number."""
    found = _SOURCE_NAME.match(op.name)
    if found is None or _LLVM_NAME.fullmatch(found[1]):
        return f"{op.kind.value}_{op.id}"
    place = f"_{found[2]}" if found[2] and found[2] != "0" else ""
    return f"{found[1]}{place}_{op.id}"


class Values:
    """wires: value -> what it is in the stage where it appears, a net or wiring of nets; filled by the datapath.
    control: of each block; filled when the blocks are opened."""

    def __init__(self, scheduled: ScheduledFunction, module: Module) -> None:
        self.scheduled, self.function, self.module = scheduled, scheduled.function, module
        self.ops, self.home = self.function.ops, self.function.home()
        self.control: dict[str, BlockControl] = {}
        self.wires: dict[int, Value] = {}
        self.held: dict[int, Net] = {}  # outside its block; a phi's own register
        self._copies: dict[tuple[int, int], Net] = {}  # (value, stage): pipeline registers
        self._carried: dict[int, int] = {}  # what a pipelined loop hands to its phi, in whose register it ends
        self._left: dict[int, Net] = {}  # outside a pipelined loop, its phis: their own registers have gone on by then

    def name_all(self) -> None:
        """Registers of phis and of values used outside their block, before anything refers to them."""
        reached = self.scheduled.reached
        for label in reached:
            for id in self.function.blocks[label].ops:
                op = self.ops[id]
                if op.kind is Kind.PHI:
                    self.held[id] = Net(self.module.unique(value_name(op)), op.width)
                    if self.scheduled.blocks[label].loop is not None and not self.scheduled.perpetual:
                        self._carried.setdefault(op.args[op.blocks.index(label)], id)
                elif op.kind is Kind.PARAM:
                    is_stable = self.function.params[op.object].stable
                    port = Net(f"{op.object}_i", op.width)
                    if self.scheduled.perpetual:  # it goes along with its call
                        self.wires[id] = port
                    else:
                        self.held[id] = port if is_stable else Net(self.module.unique(f"{op.object}_held"), op.width)
        for label in reached:
            for id in self.function.blocks[label].ops:
                op = self.ops[id]
                for arg, user in _uses_from(op, label):
                    self._note_outside(arg, user)
            end = self.function.blocks[label].end
            if isinstance(end, Branch):
                self._note_outside(end.condition, label)

    def _note_outside(self, id: int, user: str) -> None:
        op = self.ops[id]
        if op.kind is Kind.CONST or self.home[id] == user:
            return
        if id in self._carried and op.kind is not Kind.PHI and self.home[self._carried[id]] == self.home[id]:
            self.held[id] = self.held[self._carried[id]]
            return
        looping = op.kind is Kind.PHI and self.scheduled.blocks[self.home[id]].loop is not None
        registers = self._left if looping else self.held
        if id not in registers:
            registers[id] = Net(self.module.unique(f"{value_name(op)}_held"), op.width)

    def at(self, id: int, label: str, stage: int) -> Value:
        """The value as seen in `stage` of block `label`."""
        op = self.ops[id]
        if op.kind is Kind.CONST:
            return Lit(op.value, op.width)
        block = self.scheduled.blocks[label]
        if self.home[id] != label:
            return self._left[id] if id in self._left else self.held[id]
        if (op.kind is Kind.PARAM and id in self.held) or (op.kind is Kind.PHI and block.loop is None):
            return self.held[id]
        first = block.available[id]
        if stage < first:
            raise InternalError(f"{op} is used in stage {stage} of {label}, before stage {first}", self.scheduled)
        here = self.held[id] if op.kind is Kind.PHI else self.wires[id]
        return here if stage == first else self._copy(id, here, label, stage)

    def net(self, id: int, label: str, stage: int) -> Value:
        """The value with a name of its own, of which single bits can be taken."""
        value = self.at(id, label, stage)
        if not isinstance(value, Expr):
            return value
        net = self.module.wire(value_name(self.ops[id]), value)
        self.wires[id] = net
        return net

    def _copy(self, id: int, here: Value, label: str, stage: int) -> Net:
        """The pipeline register of `id` in `stage`, made with all those before it."""
        block, control = self.scheduled.blocks[label], self.control[label]
        value = here
        for k in range(block.available[id] + 1, stage + 1):
            if (id, k) not in self._copies:
                net = Net(self.module.unique(f"{value_name(self.ops[id])}_s{k}"), here.width)
                self._copies[id, k] = net
                self.module.registers.append(Register(net, value, control.enable[k - 1]))
            value = self._copies[id, k]
        assert isinstance(value, Net)
        return value

    def hold_values(self) -> None:
        """Registers of values that other blocks use, written in the stage in which the value appears."""
        own = {id for id in self.held if self.ops[id].kind in (Kind.PHI, Kind.PARAM)}
        own |= {id for id, phi in self._carried.items() if self.held.get(id) is self.held[phi]}
        values = {id: net for id, net in self.held.items() if id not in own}
        for id, net in (values | self._left).items():
            label = self.home[id]
            stage = self.scheduled.blocks[label].available[id]
            self.module.registers.append(Register(net, self.at(id, label, stage), self.control[label].active(stage)))

    def hold_params(self, begin: Value) -> None:
        """Scalar arguments stay as they were when the call began; those that are stable anyway need no register."""
        for id, net in self.held.items():
            if self.ops[id].kind is Kind.PARAM and not self.function.params[self.ops[id].object].stable:
                self.module.registers.append(Register(net, Net(f"{self.ops[id].object}_i", net.width), begin))


def _uses_from(op: Op, label: str) -> list[tuple[int, str]]:
    """(value, block in which it is needed): phis need their values where control comes from."""
    if op.kind is Kind.PHI:
        return list(zip(op.args, op.blocks, strict=True))
    return [(arg, label) for arg in op.inputs()]

"""Reads, writes, loads and stores of a process: when each takes place, and what a port that several share takes."""

from __future__ import annotations

from hlsgen.hls.bind.scheduled import ScheduledBlock, ScheduledFunction
from hlsgen.hls.cdfg.ir import STREAM_KINDS, Kind, Op

from .netlist import TRUE, Lit, Module, Net, Value, choose, land, lor
from .values import Values

Access = tuple[Op, ScheduledBlock]


class Accesses:
    """The datapath has to be there, except for `of`."""

    def __init__(self, scheduled: ScheduledFunction, values: Values) -> None:
        self.scheduled, self.function, self.values = scheduled, scheduled.function, values

    def of(self, kinds: frozenset[Kind], name: str) -> list[Access]:
        """Of the stream or memory `name`."""
        return [
            (op, self.scheduled.blocks[label])
            for label in self.scheduled.reached
            for op in map(self.function.ops.__getitem__, self.function.blocks[label].ops)
            if op.kind in kinds and op.object == name
        ]

    def fires(self, accesses: list[Access]) -> list[Value]:
        """Of each: its effect takes place in this cycle."""
        return [land(self._active(op, block), self._guard(op, block)) for op, block in accesses]

    def active(self, accesses: list[Access]) -> list[Value]:
        """Of each: its token leaves its stage in this cycle."""
        return [self._active(op, block) for op, block in accesses]

    def _guard(self, op: Op, block: ScheduledBlock) -> Value:
        return TRUE if op.guard is None else self.values.at(op.guard, block.label, block.stage[op.id])

    def _active(self, op: Op, block: ScheduledBlock) -> Value:
        return self.values.control[block.label].active(block.stage[op.id])

    def operand(self, accesses: list[Access], number: int) -> Value:
        """What the port takes: the operand of the access whose turn it is; whether it takes place matters to others."""
        values = [self.values.at(op.args[number], block.label, block.stage[op.id]) for op, block in accesses]
        turns = []
        for op, block in accesses:
            turns.append(land(self.values.control[block.label].valid[block.stage[op.id]], self._guard(op, block)))
        return choose(list(zip(turns, values, strict=True)))

    def at_end(self, store: Access) -> tuple[Value, Value]:
        """Whether a call, with its end, leaves a word behind, and which."""
        op, block = store
        final, label = block.depth - 1, block.label
        guard = TRUE if op.guard is None else self.values.at(op.guard, label, final)
        return land(self.values.control[label].finish, guard), self.values.at(op.args[-1], label, final)

    def drive_streams(self, module: Module) -> None:
        for stream in self.function.used_streams():
            accesses = self.of(STREAM_KINDS, stream.name)
            if stream.direction == "in":
                module.output(Net(f"{stream.name}_ready", 1), lor(*self.fires(accesses)))
                continue
            module.output(Net(f"{stream.name}_valid", 1), lor(*self.fires(accesses)))
            data = self.operand(accesses, 0) if accesses else Lit(0, stream.width)
            module.output(Net(f"{stream.name}_data", stream.width), data)

"""Which block has control: when tokens enter a block, pass through its stages and leave it; what phis take along."""

from __future__ import annotations

from hlsgen.hls.bind.scheduled import ScheduledBlock, ScheduledFunction
from hlsgen.hls.cdfg.ir import STREAM_KINDS, Branch, Jump, Kind, Op, Return

from .control import BlockControl, LoopNets, loop_issue, loop_registers, pass_tokens, single_token, stage_enables
from .netlist import FALSE, TRUE, Lit, Module, Net, Register, Value, choose, land, lnot, lor, mux
from .values import Values

START = Net("ap_start", 1)  # a call is wanted


class ControlFlow:
    """First `open` every block; when the datapath is there, `close` and `hand_over` between them."""

    def __init__(self, scheduled: ScheduledFunction, module: Module, values: Values) -> None:
        self.scheduled, self.function = scheduled, scheduled.function
        self.module, self.values, self.control = module, values, values.control
        self.begin: Value = FALSE  # a call is taken
        self.blocked: dict[tuple[str, int], Net] = {}  # (block, stage): a stream access has to wait
        self.waits: Net | None = None  # an access in the first stage would have to, if a call began
        self._loops: dict[str, LoopNets] = {}
        self._stage_registers: dict[str, list[Net]] = {}
        self._entry_registers: dict[str, Net] = {}
        self._last: dict[tuple[str, int], Net] = {}  # (loop, stage): the token is the last iteration
        self._prefix = {label: f"b{number}" for number, label in enumerate(self.function.blocks)}

    def open(self, block: ScheduledBlock) -> None:
        """Nets for the tokens; enables need the stream guards, which need values, so they come as wires."""
        prefix, control = self._prefix[block.label], BlockControl()
        self.control[block.label] = control
        if block.loop is None:
            self._entry_registers[block.label] = Net(self.module.unique(f"{prefix}_valid0"), 1)
            control.valid.append(self._entry_registers[block.label])
        else:
            begin = START if self.scheduled.perpetual else None
            if self.begins_with_words(block):
                self.waits = self.module.declare(f"{prefix}_waits", 1)
            self._loops[block.label], first = loop_issue(
                self.module, prefix, block, begin, block.ii, FALSE if self.waits is None else self.waits
            )
            control.valid.append(first)
        registers = [Net(self.module.unique(f"{prefix}_valid{k}"), 1) for k in range(1, block.depth)]
        self._stage_registers[block.label] = registers
        control.valid.extend(registers)
        waiting = {block.stage[id] for id in block.stage if self.function.ops[id].kind in STREAM_KINDS}
        blocked: list[Value] = []
        for k in range(block.depth):
            net = self.module.declare(f"{prefix}_blocked{k}", 1) if k in waiting else None
            if net is not None:
                self.blocked[block.label, k] = net
            blocked.append(net if net is not None else FALSE)
        control.enable = stage_enables(self.module, prefix, blocked, block.ii)

    def begins_with_words(self, block: ScheduledBlock) -> bool:
        """Calls overlap in the pipeline, and one that waited in its first stage would hold up the end of that before,
        which the outside may want to see first."""
        first = (id for id, stage in block.stage.items() if stage == 0)
        reads = any(self.function.ops[id].kind is Kind.READ for id in first)
        return reads and block.ii > 1 and bool(self.scheduled.perpetual)

    def close(self, block: ScheduledBlock) -> None:
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
        stage = self._condition_stage(block)
        condition = self.values.at(end.condition, label, stage)
        again = condition if end.if_one == label else lnot(condition)
        control.again = (
            again if isinstance(again, (Net, Lit)) else self.module.wire(f"{self._prefix[label]}_again", again)
        )
        last: Value = lnot(control.again)
        for k in range(stage + 1, block.depth):
            net = Net(self.module.unique(f"{self._prefix[label]}_last{k}"), 1)
            self.module.registers.append(Register(net, last, control.enable[k - 1]))
            last = net
            self._last[label, k] = net
        control.last = last
        control.finish = land(control.active(final), last)

    def hand_over(self, taken: Net, done: Net) -> None:
        """Calls begin and end, and control passes from block to block."""
        self._handshake(taken, done)
        blocks = [self.scheduled.blocks[label] for label in self.scheduled.reached]
        enters = [self._enter(block) for block in blocks]
        for block, enter in zip(blocks, enters, strict=True):
            self._registers(block, enter)

    def _handshake(self, taken: Net, done: Net) -> None:
        only = self.scheduled.perpetual
        if only:
            control, nets = self.control[only], self._loops[only]
            self.module.output(taken, land(control.active(0), lnot(nets.run)))
            self.module.output(done, control.finish)
            return
        blocks = self.function.blocks.items()
        finished = [self.control[label].finish for label, block in blocks if isinstance(block.end, Return)]
        idle = Net(self.module.unique("idle"), 1)
        self.begin = land(START, idle)
        self.module.output(taken, self.begin)
        self.module.output(done, lor(*finished))
        self.module.registers.append(Register(idle, done, lor(self.begin, done), reset=1))

    def _enter(self, block: ScheduledBlock) -> Value:
        """Control comes to `block` in this cycle."""
        if self.scheduled.perpetual:
            return FALSE
        ways = [self._edge(origin, block.label) for origin in self._sources(block.label)]
        if block.label == self.function.entry:
            ways.append(self.begin)
        way = lor(*ways)
        named = isinstance(way, (Net, Lit))
        return way if named else self.module.wire(f"{self._prefix[block.label]}_enter", way)

    def _sources(self, label: str) -> list[str]:
        """Blocks that control comes from; a pipelined loop does not enter itself."""
        found = self.function.predecessors()[label]
        return [origin for origin in found if origin != label or self.scheduled.blocks[label].loop is None]

    def _edge(self, origin: str, target: str) -> Value:
        """Control passes from `origin` to `target` in this cycle."""
        block, control = self.function.blocks[origin], self.control[origin]
        scheduled = self.scheduled.blocks[origin]
        if scheduled.loop is not None or isinstance(block.end, Jump):
            return control.finish
        assert isinstance(block.end, Branch)
        condition = self.values.at(block.end.condition, origin, scheduled.depth - 1)
        return land(control.finish, condition if target == block.end.if_one else lnot(condition))

    def _registers(self, block: ScheduledBlock, enter: Value) -> None:
        """Of its tokens and of its phis."""
        label, control = block.label, self.control[block.label]
        pass_tokens(self.module, self._prefix[label], control, self._stage_registers[label])
        if block.loop is None:
            single_token(self.module, self._entry_registers[label], control, enter)
        else:
            loop_registers(
                self.module, self._loops[label], control, control.again, self._condition_stage(block), enter, block.ii,
                rewind=bool(self.scheduled.perpetual),
            )  # fmt: skip
        for id in self.function.blocks[label].ops:
            if self.function.ops[id].kind is Kind.PHI:
                self._phi_register(self.function.ops[id], block)

    def _phi_register(self, op: Op, block: ScheduledBlock) -> None:
        """What a phi takes along on each way to its block."""
        label = block.label
        incoming = dict(zip(op.blocks, op.args, strict=True))
        updates: list[tuple[Value, Value]] = []
        reset = None
        if block.loop is not None:
            control = self.control[label]
            carried = incoming.pop(label)
            inside = self.values.home.get(carried) == label and carried in block.available
            stage = block.available[carried] if inside else block.stage[op.id]
            value = self.values.at(carried, label, stage)
            if self.scheduled.perpetual:
                first = self.function.ops[next(iter(incoming.values()))]
                reset = first.value
                stage = max(stage, self._condition_stage(block))
                value = mux(self._last_at(block, stage), Lit(reset, op.width), self.values.at(carried, label, stage))
                incoming = {}
            updates.append((control.active(stage), value))
        by_value: dict[Value, list[str]] = {}
        for origin, arg in incoming.items():  # a value of an earlier block is a wire there, a register further on
            by_value.setdefault(self.values.at(arg, origin, self.scheduled.blocks[origin].depth - 1), []).append(origin)
        clear: Value = FALSE
        constants = [value for value in by_value if isinstance(value, Lit)]
        if updates and len(constants) == 1:  # a synchronous reset, which DSP blocks have too
            clear = lor(*(self._edge(origin, label) for origin in by_value.pop(constants[0])))
            reset = constants[0].value
        for value, origins in by_value.items():
            updates.insert(0, (lor(*(self._edge(origin, label) for origin in origins)), value))
        enable = lor(*(way for way, _ in updates))
        self.module.registers.append(Register(self.values.held[op.id], choose(updates), enable, reset, clear))

    def _condition_stage(self, block: ScheduledBlock) -> int:
        """The stage in which a loop knows whether another iteration follows."""
        end = self.function.blocks[block.label].end
        return block.available.get(end.condition, 0) if isinstance(end, Branch) else 0

    def _last_at(self, block: ScheduledBlock, stage: int) -> Value:
        """The token in `stage` (at or after the condition's) is the last iteration."""
        if stage == self._condition_stage(block):
            return lnot(self.control[block.label].again)
        return self._last[block.label, stage]

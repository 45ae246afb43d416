"""When things happen: tokens that pass through the stages of blocks, stalls, loop issue, hand-over between blocks.

Every block is a pipeline. A plain block holds one token; a pipelined loop takes a new one every `ii` cycles. A
stage stalls when a stream access in it has to wait. With ii = 1 a stall holds its own and all earlier stages, and
the later ones drain (`enable[k] = no stall in any stage >= k`); with ii > 1 everything holds, because operations
that share a port are a fixed number of cycles apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hlsgen.hls.bind.scheduled import ScheduledBlock

from .netlist import FALSE, TRUE, Expr, Lit, Module, Net, Register, Value, land, lnot, lor, mux


@dataclass
class BlockControl:
    """The control nets of one block. `valid[k]`: a token is in stage k. `enable[k]`: it may leave it."""

    valid: list[Value] = field(default_factory=list)
    enable: list[Value] = field(default_factory=list)
    last: Value = TRUE  # loops: the token in the last stage is the last iteration
    finish: Value = FALSE  # the block is left in this cycle
    again: Value = FALSE  # rewound loops, at the stage of the condition: another iteration follows

    def active(self, stage: int) -> Value:
        """Something happens in this stage in this cycle."""
        return land(self.valid[stage], self.enable[stage])


def stage_enables(module: Module, prefix: str, blocked: list[Value], ii: int) -> list[Value]:
    """Enables from `blocked` (per stage: a token in it waits for a stream)."""
    if ii > 1:
        stall = lor(*blocked)
        free: Value = TRUE if stall == FALSE else module.wire(f"{prefix}_enable", lnot(stall))
        return [free] * len(blocked)
    enables: list[Value] = [TRUE] * len(blocked)
    later: Value = TRUE
    for stage in reversed(range(len(blocked))):
        if blocked[stage] != FALSE:
            later = module.wire(f"{prefix}_enable{stage}", land(later, lnot(blocked[stage])))
        enables[stage] = later
    return enables


def pass_tokens(module: Module, prefix: str, control: BlockControl, registers: list[Net]) -> None:
    """Stage k + 1 takes the token of stage k when that may leave; it is empty after its own left."""
    for stage, register in enumerate(registers, start=1):
        moving = control.enable[stage - 1]
        leaving = control.enable[stage]
        enable = lor(moving, leaving)
        module.registers.append(Register(register, land(control.valid[stage - 1], moving), enable, reset=0))


def single_token(module: Module, register: Net, control: BlockControl, enter: Value) -> None:
    """Stage 0 of a plain block: set by entering, cleared when the token moves on."""
    enable = lor(enter, control.enable[0])
    module.registers.append(Register(register, enter, enable, reset=0))


@dataclass(frozen=True, slots=True)
class LoopNets:
    """Registers of a loop's issue logic."""

    run: Net  # iterations are being issued
    slot: Net | None  # cycle modulo ii


def loop_issue(
    module: Module, prefix: str, block: ScheduledBlock, start: Value | None, ii: int, waits: Value = FALSE
) -> tuple[LoopNets, Value]:
    """The issue registers and the valid of stage 0. `start`: a rewound loop begins by itself when this holds. waits:
    another call cannot begin yet."""
    run = Net(module.unique(f"{prefix}_run"), 1)
    slot = Net(module.unique(f"{prefix}_slot"), max(1, (ii - 1).bit_length())) if ii > 1 else None
    issuing: Value = run if start is None else lor(run, start)
    first_slot: Value = TRUE if slot is None else Expr("eq", (slot, Lit(0, slot.width)), 1)
    begins: Value = TRUE if waits == FALSE else lor(run, lnot(waits))
    return LoopNets(run, slot), module.wire(f"{prefix}_valid0", land(issuing, first_slot, begins))


def loop_registers(
    module: Module,
    nets: LoopNets,
    control: BlockControl,
    condition: Value,
    stage: int,
    enter: Value,
    ii: int,
    rewind: bool,
) -> None:
    """Next states of `run` and `slot`. condition: of another iteration, decided in `stage`."""
    decided = control.active(stage)
    if rewind and stage == 0:
        module.registers.append(Register(nets.run, condition, decided, reset=0))
    elif rewind:
        issued = control.active(0)
        value = mux(decided, condition, TRUE)
        module.registers.append(Register(nets.run, value, lor(decided, issued), reset=0))
    else:
        ends = land(decided, lnot(condition))
        module.registers.append(Register(nets.run, enter, lor(enter, ends), reset=0))
    if nets.slot is not None:
        width = nets.slot.width
        wrap = Expr("eq", (nets.slot, Lit(ii - 1, width)), 1)
        step = mux(wrap, Lit(0, width), Expr("add", (nets.slot, Lit(1, width)), width))
        if enter == FALSE:
            module.registers.append(Register(nets.slot, step, control.enable[0], reset=0))
        else:
            value = mux(enter, Lit(0, width), step)
            module.registers.append(Register(nets.slot, value, lor(enter, control.enable[0]), reset=0))

"""A function whose every operation has a cycle: what the RTL generator works from.

A block of `depth` stages runs as a token that passes from stage to stage; a pipelined loop starts a token every
`ii` cycles. `stage[id]` is the stage an operation starts in, `available[id]` the first one in which its value can
be used (one later for memory reads).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hlsgen.hls.cdfg.ir import Branch, Function, Kind, Loop, Memory
from hlsgen.hls.passes.pipeline_function import why_one_call
from hlsgen.hls.schedule import Schedule

from .limbs import Tile
from .memory_kinds import in_registers


@dataclass(frozen=True)
class ScheduledBlock:
    """loop is None for a block that runs once per visit; `ii` is then 1 and without meaning."""

    label: str
    stage: dict[int, int]
    available: dict[int, int]
    depth: int
    ii: int
    loop: Loop | None
    schedule: Schedule
    bound_by: str = ""  # why `ii` is above what was asked
    choice_ns: float = 0.0  # what each product has in its time for the choice between operands


@dataclass(frozen=True, slots=True)
class SharedUnit:
    """One multiplier of signed factors for several products, no two of them in one cycle.

    widths: of its factors, the larger first; `swapped`: for which users the second factor is the larger. latency: its
    registers, one behind the product or, when there are more, the first in front of it. tiles: the DSP blocks, which
    have these registers, three at most; with several, a tree of adders is behind them, which has the other registers.
    """

    users: tuple[int, ...]
    swapped: tuple[bool, ...]
    widths: tuple[int, int]
    latency: int
    result_bits: int
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class ScheduledFunction:
    function: Function
    blocks: dict[str, ScheduledBlock]
    shared: tuple[SharedUnit, ...] = ()
    steady: frozenset[str] = frozenset()  # arguments: arrays that nobody writes while calls overlap

    @property
    def perpetual(self) -> str | None:
        """The label of the rewound loop whose calls follow each other without a gap: it is all of the function, and a
        call that waits for its first word does so where it holds up none before it."""
        only = self.only_loop
        if only is None or self.blocks[only].ii == 1:
            return only
        reads = [op for id in self.function.blocks[only].ops if (op := self.function.ops[id]).kind is Kind.READ]
        reads = [op for op in reads if not self.function.streams[op.object].bus]
        at_once = any(self.blocks[only].stage[op.id] == 0 and op.guard is None for op in reads)
        return only if at_once or not reads else None

    @property
    def only_loop(self) -> str | None:
        """The label of the one rewound loop that is all of the function: there is nothing to do before or after it,
        and its recurrences start from constants."""
        function = self.function
        if self.given_anew:
            return None
        loops = [block for block in self.blocks.values() if block.loop is not None and block.loop.rewind]
        if len(loops) != 1:
            return None
        label = loops[0].label
        ends = isinstance(function.blocks[label].end, Branch)
        outside = [op for other, block in function.blocks.items() if other != label for op in block.ops]
        constant = all(function.ops[id].kind.value == "const" for id in outside)
        straight = len(function.loops) == 1 and all(
            len(block.end.targets()) <= 1 for other, block in function.blocks.items() if other != label
        )
        return label if constant and straight and ends else None

    @property
    def calls_under_way(self) -> int:
        """At most, where iterations of `perpetual` are calls; 0 where calls follow one another."""
        block = self.blocks[self.perpetual] if self.perpetual else None
        return block.depth // block.ii + 1 if block is not None and block.loop and block.loop.of_calls else 0

    @property
    def given_anew(self) -> bool:
        """A call takes numbers that do not go along with it, or arrays that may hold something else in the next one."""
        function = self.function
        if any(loop.of_calls for loop in function.loops.values()) and not why_one_call(function, final=True):
            return False
        written = {op.object for op in function.ops.values() if op.kind is Kind.STORE}
        return bool(function.params) or any(m.external and self.changes(m, written) for m in function.memories.values())

    def changes(self, memory: Memory, written: Collection[str]) -> bool:
        """Whether what an argument holds may differ from call to call of those that overlap."""
        return memory.argument not in self.steady or in_registers(memory) or memory.name in written

    @property
    def reached(self) -> list[str]:
        """The blocks that hardware is needed for: all, or the one loop that repeats for ever."""
        only = self.perpetual
        return [only] if only else list(self.function.blocks)

    def __str__(self) -> str:
        lines = [f"function {self.function.name}"]
        for block in self.blocks.values():
            kind = f"loop ii={block.ii}" if block.loop else "block"
            lines.append(f"{block.label}: {kind} depth={block.depth}")
            for id, stage in sorted(block.stage.items(), key=lambda item: item[1]):
                lines.append(f"  [{stage}] {self.function.ops[id]}")
        return "\n".join(lines)

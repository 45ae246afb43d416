"""What would let a loop reach the interval that it missed: partitions, a pragma, a clock, tried by compiling again.

Nothing is said that was not tried, and no more is tried than a budget of scheduled operations allows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from hlsgen.core.errors import UserError
from hlsgen.hls.bind.scheduled import ScheduledBlock, ScheduledFunction
from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.ir import Function, Kind, Memory, MemoryDependence, Partition
from hlsgen.hls.llvm.ir import Directive, VariableTarget
from hlsgen.hls.pipelining import schedule_pipelined
from hlsgen.hls.schedule import min_ii

_TRIES = 6  # compilations for one loop
_COMPLETE_MAX = 64  # elements of a dimension that may become a memory each
_SLOWER = (1.15, 1.35, 1.6, 2.0, 2.5, 3.2, 4.0)  # clock periods, as multiples


@dataclass(slots=True)
class Budget:
    """What the advice for a program may cost: operations to schedule, once for every interval that is tried."""

    operations: int = 4000

    def pays(self, operations: int) -> bool:
        """Whether so many are left; if so, they are spent."""
        if operations > self.operations:
            return False
        self.operations -= operations
        return True


def advise(
    imported: Function,
    scheduled: ScheduledFunction,
    target: Target,
    period_ns: float,
    again: Callable[[Sequence[Directive]], Function],
    budget: Budget,
) -> ScheduledFunction:
    """`scheduled` with advice at the end of every `bound_by`. imported: the function before any pass. period_ns: of
    the clock, of which `target` has what is usable. again: imports the function with more directives."""
    missed = {
        label: block
        for label, block in scheduled.blocks.items()
        if block.loop is not None and not block.loop.chosen and block.ii > (block.loop.ii or 1)
    }
    cost = sum(cost_of_search(block) for block in scheduled.blocks.values()) if missed else 0
    blocks = dict(scheduled.blocks)
    for label, block in missed.items():
        found = "; ".join(_Trial(imported, scheduled, block, target, period_ns, again, budget, cost).advice())
        if found:
            blocks[label] = replace(block, bound_by=f"{block.bound_by}; {found}")
    return replace(scheduled, blocks=blocks)


def cost_of_search(block: ScheduledBlock) -> int:
    """Operations, as often as they were scheduled: at every interval from the least conceivable one on."""
    problem = block.schedule.problem
    if block.loop is None:
        return len(problem.operations)
    asked = block.loop.ii or 1
    least = max(min_ii(replace(problem, ii=None)).ii, asked) if block.ii > asked else block.ii
    return len(problem.operations) * (block.ii - least + 1)


class _Trial:
    def __init__(
        self,
        imported: Function,
        scheduled: ScheduledFunction,
        block: ScheduledBlock,
        target: Target,
        period_ns: float,
        again: Callable[[Sequence[Directive]], Function],
        budget: Budget,
        cost: int,
    ) -> None:
        """cost: of one trial."""
        assert block.loop is not None
        self.again, self.budget, self.cost = again, budget, cost
        self.imported, self.scheduled, self.block = imported, scheduled, block
        self.target, self.period_ns = target, period_ns
        self.header, self.asked = block.loop.header, block.loop.ii or 1
        self.left = _TRIES

    def advice(self) -> Iterator[str]:
        yield from self.partitions()
        yield from self.dependences()
        yield from self.clocks()

    def interval(self, function: Function, target: Target | None = None) -> int | None:
        """That the loop has in a changed function; None when there is none, or no trial is left."""
        self.left -= 1
        if self.left < 0 or not self.budget.pays(self.cost):
            return None
        try:
            block = schedule_pipelined(function, target or self.target).blocks.get(self.header)
        except UserError:
            return None
        return block.ii if block is not None and block.loop is not None else None

    # ---- memory ports

    def partitions(self) -> Iterator[str]:
        """One way to split every memory that is accessed more often than its ports allow."""
        wanted = self.crowded()
        if not wanted:
            return
        imported = self.again([_whole(name, self.imported.memories[name]) for name in wanted])
        if not all(imported.memories[name].partitions for name in wanted):
            return  # members of structs, whose arrays have other names
        best, words = self.block.ii, ""
        for style, from_end, grow in ((s, d, g) for g in (1, 2) for d in (0, 1, 2) for s in ("cyclic", "block")):
            memories = dict(imported.memories)
            said = []
            for name, need in wanted.items():
                part = _split(memories[name], style, from_end, need * grow)
                if part is not None:
                    memories[name] = replace(memories[name], partitions=part[0])
                    said.append(part[1])
            if not said or len(said) < len(wanted):
                continue
            ii = self.interval(replace(imported, memories=memories))
            if ii is not None and ii < best:
                best, words = ii, " and ".join(said)
                if ii <= self.asked:
                    break
        if words:
            yield f"ARRAY_PARTITION {words} gives II={best}"

    def crowded(self) -> dict[str, int]:
        """Memory as imported -> how many times too many accesses it has for the interval asked."""
        problem = self.block.schedule.problem
        uses = Counter(op.resource for op in problem.operations if op.resource is not None)
        found: dict[str, int] = {}
        for resource, count in uses.items():
            name = resource.removeprefix("memory ").partition(" (")[0]
            name = name if name in self.imported.memories else re.sub(r"_b\d+$", "", name)
            need = -(-count // (problem.limits[resource] * self.asked))
            if resource.startswith("memory ") and name in self.imported.memories and need > 1:
                found[name] = max(found.get(name, 1), need)
        return found

    # ---- order

    def dependences(self) -> Iterator[str]:
        """Without the order between iterations of accesses whose addresses are data."""
        loop = self.imported.loops.get(self.header)
        if loop is None:
            return
        ops = self.scheduled.function.ops
        waits = Counter(
            ops[d.source].object
            for d in self.block.schedule.problem.dependences
            if not d.data and d.distance and d.source in ops and ops[d.source].kind is Kind.STORE
        )
        for name in waits:
            memory = re.sub(r"_b\d+$", "", name) if name not in self.imported.memories else name
            if memory not in self.imported.memories or not self.is_data(name):
                continue
            stated = (MemoryDependence(memory, 0), *loop.dependences)
            loops = {**self.imported.loops, self.header: replace(loop, dependences=stated)}
            ii = self.interval(replace(self.imported, loops=loops))
            if ii is not None and ii < self.block.ii:
                never = "if no iteration touches what another one stores"
                yield f"DEPENDENCE variable={memory} inter false gives II={ii}, {never}"

    def is_data(self, memory: str) -> bool:
        """An address depends on what the loop reads."""
        ops, inside = self.scheduled.function.ops, frozenset(self.scheduled.function.blocks[self.block.label].ops)
        work = [
            ops[id].args[0] for id in inside if ops[id].object == memory and ops[id].kind in (Kind.LOAD, Kind.STORE)
        ]
        seen = set(work)
        while work:
            op = ops[work.pop()]
            if op.id not in inside:
                continue
            if op.kind in (Kind.READ, Kind.LOAD):
                return True
            work += [arg for arg in op.args if arg not in seen]
            seen |= set(op.args)
        return False

    # ---- the clock

    def clocks(self) -> Iterator[str]:
        """The quickest of some slower clocks with which the loop reaches its interval."""
        if self.block.bound_by.startswith("resource"):
            return
        usable = self.target.clock_ns / self.period_ns
        for factor in _SLOWER:
            period_ns = round(self.period_ns * factor, 1)
            ii = self.interval(self.imported, replace(self.target, clock_ns=period_ns * usable))
            if ii is not None and ii <= self.asked:
                yield f"a clock of {period_ns:g} ns gives II={ii}"
                return


def _whole(name: str, memory: Memory) -> Directive:
    """A pragma that divides nothing, but lets an array have its dimensions."""
    options: dict[str, str | int | bool] = {"cyclic": True, "factor": 1, "dim": 1}
    return Directive("array_partition", options, "", memory.loc, "", VariableTarget(name))


def _split(memory: Memory, style: str, from_end: int, need: int) -> tuple[tuple[Partition, ...], str] | None:
    """(partitions, as in a pragma) of a memory with one dimension, counted from the last, split into `need` times as
    many banks; None where it cannot be."""
    dim = len(memory.shape) - 1 - from_end
    if dim < 0:
        return None
    extent = memory.shape[dim]
    before = next((p for p in memory.partitions if p.dim == dim and p.factor > 1), None)
    factor = need * (before.factor if before else 1)
    if before is not None and before.style != style:
        return None
    others = tuple(p for p in memory.partitions if p.dim != dim)
    if factor >= extent:
        if extent > _COMPLETE_MAX or (before is not None and before.factor >= extent) or style == "block":
            return None
        return (*others, Partition(dim, "cyclic", extent)), f"variable={memory.name} complete dim={dim + 1}"
    text = f"variable={memory.name} {style} factor={factor} dim={dim + 1}"
    return (*others, Partition(dim, style, factor)), text

"""The program compiled with chosen pragmas, up to the schedule, which tells the cycles of every loop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

from hlsgen.core.errors import UserError
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.bind.sharing import count_dsp_blocks
from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.ir import STREAM_KINDS
from hlsgen.hls.frontend.compile import Chosen, Prepared, lower
from hlsgen.hls.latency import latency_of
from hlsgen.hls.llvm import ir
from hlsgen.hls.scheduling import schedule_program

# Of a nest: those of an XC7Z020, an XCK26, an LFE5U-85F.
DSP_BLOCKS_MAX = {"xc7": 220, "xcup": 1248, "ecp5": 156}
_TRIPS = 16  # of a loop around others, where that is not known


@dataclass(frozen=True, slots=True)
class Found:
    """What the schedule tells of a loop: mean cycles from entering to leaving it, infinite when not known, and from an
    iteration to the next, and the DSP blocks in it."""

    cycles: float = inf
    interval: float = inf
    dsp_blocks: int = 0

    def __add__(self, other: Found) -> Found:
        return Found(self.cycles + other.cycles, self.interval + other.interval, self.dsp_blocks + other.dsp_blocks)


@dataclass(frozen=True)
class Trial:
    """found: of each loop of the source, by number, the sum of the loops that LLVM made of it; infinite where that is
    none. numbers: of a (function, header), the loops of the source that it is."""

    front: ir.FrontEnd
    functions: dict[str, ScheduledFunction]
    found: defaultdict[int, Found]
    numbers: dict[tuple[str, str], frozenset[int]]
    dsp_blocks: int


class Trials:
    """Of one program, each made once."""

    def __init__(self, prepared: Prepared, target: Target, workdir: Path) -> None:
        self.prepared, self.target, self.workdir = prepared, target, workdir
        self.front = lower(prepared, workdir)  # as it is without a choice
        self._made: dict[tuple[Chosen, ...], Trial | None] = {}
        parents = {(loop.function, loop.parent) for loop in self.front.loops}
        self.outer = frozenset(loop.number for loop in self.front.loops if (loop.function, loop.header) in parents)

    def of(self, chosen: Sequence[Chosen]) -> Trial | None:
        """None when the program is refused then."""
        key = tuple(chosen)
        if key not in self._made:
            self._made[key] = self._make(key)
        return self._made[key]

    def _make(self, chosen: tuple[Chosen, ...]) -> Trial | None:
        try:
            front = _with_trips(lower(self.prepared, self.workdir, chosen), self.outer)
            functions = schedule_program(front, self.target).functions
        except UserError:
            return None
        number = {(loop.function, loop.header): loop.number for loop in front.loops}
        found: dict[int, Found] = {}
        numbers: dict[tuple[str, str], frozenset[int]] = {}
        for name, scheduled in functions.items():
            function, latency = scheduled.function, latency_of(scheduled)
            for header, loop in function.loops.items():
                inside = {id for label in loop.blocks for id in function.blocks[label].ops}
                streams = {function.ops[id].object for id in inside if function.ops[id].kind in STREAM_KINDS}
                waits = loop.ii is None and any(function.streams[each].bus for each in streams)  # nobody knows how long
                interval = inf if waits else latency.intervals[header]
                this = Found(latency.means[header], interval, count_dsp_blocks(scheduled, self.target, inside))
                mine = [number[name, each] for each in (header, *loop.flattened) if (name, each) in number]
                numbers[name, header] = frozenset(mine)
                for each in mine:
                    found[each] = found.get(each, Found(0, 0)) + this
        dsp_blocks = sum(count_dsp_blocks(scheduled, self.target) for scheduled in functions.values())
        return Trial(front, functions, defaultdict(Found, found), numbers, dsp_blocks)


def _with_trips(front: ir.FrontEnd, outer: Collection[int]) -> ir.FrontEnd:
    """With a guess for loops of which nothing tells how often they run. Those around others, also unrolled ones, have
    the same: theirs does not decide. The rest are left halfway, on average."""
    around = {(loop.function, loop.parent) for loop in front.loops}
    around |= {(loop.function, loop.header) for loop in front.loops if loop.number in outer}
    told = {(d.function, d.target) for d in front.directives if d.kind == "loop_tripcount"}
    guesses = []
    for loop in front.loops:
        trips = _TRIPS if (loop.function, loop.header) in around else loop.most_trips and (loop.most_trips + 1) // 2
        target = ir.LoopTarget(loop.header)
        if loop.trip_count is None and trips is not None and (loop.function, target) not in told:
            options: dict[str, str | int | bool] = {"min": trips, "max": trips}
            guesses.append(ir.Directive("loop_tripcount", options, "", loop.loc, loop.function, target))
    return replace(front, directives=(*front.directives, *guesses))

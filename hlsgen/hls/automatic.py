"""Which loops to pipeline where the user says nothing: the choice between the levels of every nest, made by trying.

A loop nest is compiled with its innermost loops pipelined, then with those around them (what is below is unrolled),
and so on while the unrolled body and its DSP blocks stay within a budget; at each level as it is, and with the loops
above flattened into the pipelined one. The schedule tells the cycles of each. All nests are tried at one level
together, so there are twice as many trials as the deepest nest has levels. Where the long way through an innermost
loop is rare, pipelined iterations would all take the interval of the long one: one more trial tells whether the loop
had better stay as it is. Where nests follow each other, it is tried whether they had better run at the same time. What
is chosen are pragmas, which the report lists: written into the source, they force the same.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

from hlsgen.core.errors import UserError
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.bind.sharing import count_dsp_blocks
from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.ir import STATUS_KINDS, STREAM_KINDS
from hlsgen.hls.dataflow import is_region
from hlsgen.hls.frontend.compile import Chosen, Prepared, lower
from hlsgen.hls.latency import latency_of
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.tasks import tasks_of
from hlsgen.hls.scheduling import schedule_program

UNROLLED_MAX = 3000  # instructions of a pipelined body
# Of a nest: those of an XC7Z020, an XCK26, an LFE5U-85F.
DSP_BLOCKS_MAX = {"xc7": 220, "xcup": 1248, "ecp5": 156}
_WORTH = 0.9  # a level that unrolls more has to save a tenth of the cycles,
_FLAT_WORTH = 0.99  # flattening, which costs little, a hundredth
_PLAIN_WORTH = 2 / 3  # no pipeline, where a guess of how often branches are taken tells the cycles, a third
_SHORT = 2  # cycles between iterations, which plain ones with branches in them take as well
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


@dataclass(frozen=True, slots=True)
class Nest:
    """A loop of the source with the loops in it. height: 0 for an innermost loop. trips: at most. size: instructions of
    its own."""

    number: int
    trips: int | None
    size: int
    inner: tuple[Nest, ...]

    @property
    def height(self) -> int:
        return 1 + max((nest.height for nest in self.inner), default=-1)

    @property
    def unrolled_size(self) -> int | None:
        """Instructions of the body when all loops in it are unrolled; None when one of them cannot be."""
        total = self.size
        for nest in self.inner:
            below = nest.unrolled_size
            if below is None or nest.trips is None:
                return None
            total += below * nest.trips
        return total

    def pipelined_at(self, level: int) -> list[Nest]:
        """The outermost loops of at most `level`."""
        if self.height <= level:
            return [self]
        return [found for nest in self.inner for found in nest.pipelined_at(level)]

    def pragmas(self, level: int, flatten: bool) -> tuple[Chosen, ...]:
        """PIPELINE for the loops of `level`; LOOP_FLATTEN for these and for those around them."""
        if self.height <= level:
            return (Chosen(self.number, "pipeline"), *([Chosen(self.number, "loop_flatten")] if flatten else []))
        below = tuple(chosen for nest in self.inner for chosen in nest.pragmas(level, flatten))
        return (*below, Chosen(self.number, "loop_flatten")) if flatten and len(self.inner) == 1 else below


def choose(prepared: Prepared, target: Target, workdir: Path) -> tuple[Chosen, ...]:
    """PIPELINE pragmas for the loops of nests in which the user has none, and for tasks."""
    chosen = _for_loops(prepared, target, workdir)
    if any(map(tasks_of, prepared.parsed.module.functions.values())):
        return (*chosen, *_for_tasks(lower(prepared, workdir, chosen)))
    return chosen


def _for_tasks(front: ir.FrontEnd) -> tuple[Chosen, ...]:
    """A task starts over for ever, so that it is a loop itself, unless it has loops."""
    functions = front.module.functions
    tasks = dict.fromkeys(name for function in functions.values() for name in tasks_of(function))
    decided = {d.function for d in front.directives if d.kind in ("pipeline", "dataflow")}
    decided |= {loop.function for loop in front.loops}
    return tuple(Chosen(-1, "pipeline", function=name) for name in tasks if name not in decided)


def _for_loops(prepared: Prepared, target: Target, workdir: Path) -> tuple[Chosen, ...]:
    front = lower(prepared, workdir)
    nests = find_nests(front)
    parents = {(loop.function, loop.parent) for loop in front.loops}
    outer = frozenset(loop.number for loop in front.loops if (loop.function, loop.header) in parents)
    if not nests:
        return ()
    branching = frozenset(loop.number for loop in front.loops if len(loop.blocks) > 1)
    best: dict[int, tuple[float, int, tuple[Chosen, ...]]] = {}  # number of a nest -> cycles, level, pragmas
    levels = 1 + max(nest.height for nest in nests)
    for level, flatten in itertools.product(range(levels), (False, True)):
        tried = {
            nest.number: nest.pragmas(level, flatten)
            for nest in nests
            if nest.height >= level + flatten and _fits(nest, level)
        }
        if not tried:
            continue
        results = _results(prepared, target, workdir, _all(tried), outer)
        if results is None:
            tried = {number: _possible(prepared, target, workdir, each, level) for number, each in tried.items()}
            tried = {number: each for number, each in tried.items() if each}
            results = _results(prepared, target, workdir, _all(tried), outer)
        if results is None:
            continue
        if level == 0 and not flatten:
            tried, results = _left_plain(prepared, target, workdir, tried, results, branching, outer)
        for number, chosen in tried.items():
            found = results[number]
            if number in best and found.dsp_blocks > DSP_BLOCKS_MAX[target.delays.family]:
                continue
            cycles, at, _ = best.get(number, (inf, level, ()))
            as_it_is = flatten and at == level and found.cycles == cycles < inf  # a pass had flattened it unasked
            if number not in best or as_it_is or found.cycles < (_FLAT_WORTH if flatten else _WORTH) * cycles:
                best[number] = (found.cycles, level, chosen)
    pragmas = tuple(chosen for _, _, each in best.values() for chosen in each)
    return (*pragmas, *_merging(prepared, target, workdir, pragmas)) if len(best) > 1 else pragmas


def _left_plain(
    prepared: Prepared,
    target: Target,
    workdir: Path,
    tried: dict[int, tuple[Chosen, ...]],
    results: defaultdict[int, Found],
    branching: frozenset[int],
    outer: frozenset[int],
) -> tuple[dict[int, tuple[Chosen, ...]], defaultdict[int, Found]]:
    """PIPELINE off for the innermost loops whose iterations are so much shorter on average than the interval, unless
    their nest becomes slower. branching: the loops of several blocks, which alone may have a long way that is rare."""
    slow = {each.loop for each in _all(tried) if each.loop in branching and _SHORT < results[each.loop].interval < inf}
    without = {number: _off(pragmas, slow) for number, pragmas in tried.items()}
    plain = _results(prepared, target, workdir, _all(without), outer) if slow else None
    if plain is None:
        return tried, results
    rare = {loop for loop in slow if plain[loop].interval < _PLAIN_WORTH * results[loop].interval}
    left = {number: _off(pragmas, rare) for number, pragmas in tried.items()}
    left = {number: each for number, each in left.items() if plain[number].cycles <= results[number].cycles}
    return tried | left, results | {number: plain[number] for number in left if left[number] != tried[number]}


def _off(pragmas: tuple[Chosen, ...], loops: set[int]) -> tuple[Chosen, ...]:
    return tuple(replace(each, options=(("off", True),)) if each.loop in loops else each for each in pragmas)


def _merging(prepared: Prepared, target: Target, workdir: Path, chosen: tuple[Chosen, ...]) -> tuple[Chosen, ...]:
    """LOOP_MERGE for the functions that become faster by it. Not where streams are in such loops: what is at the other
    end may count on an order."""
    front = lower(prepared, workdir, chosen)
    if any(d.kind == "loop_merge" for d in front.directives):
        return ()
    several = [name for name in front.module.functions if sum(loop.function == name for loop in front.loops) > 1]
    wanted = tuple(Chosen(-1, "loop_merge", function=name) for name in several if not is_region(front, name))
    try:
        together = schedule_program(lower(prepared, workdir, (*chosen, *wanted)), target).functions
    except UserError:
        return ()
    if not any(loop.merged for scheduled in together.values() for loop in scheduled.function.loops.values()):
        return ()
    apart = schedule_program(front, target).functions
    return tuple(each for each in wanted if _gains(apart[each.function], together[each.function], target))


def _gains(apart: ScheduledFunction, together: ScheduledFunction, target: Target) -> bool:
    function = together.function
    merged = [loop for loop in function.loops.values() if loop.merged]
    inside = [function.ops[id] for loop in merged for id in function.blocks[loop.header].ops]
    if (
        not merged
        or not all(loop.chosen for loop in merged)
        or any(op.kind in STREAM_KINDS | STATUS_KINDS for op in inside)
    ):
        return False
    if count_dsp_blocks(together, target, {op.id for op in inside}) > DSP_BLOCKS_MAX[target.delays.family]:
        return False
    before, after = latency_of(apart).call.most, latency_of(together).call.most
    return before is not None and after is not None and after < _FLAT_WORTH * before


def _all(tried: dict[int, tuple[Chosen, ...]]) -> list[Chosen]:
    return [chosen for each in tried.values() for chosen in each]


def _possible(
    prepared: Prepared, target: Target, workdir: Path, pragmas: tuple[Chosen, ...], level: int
) -> tuple[Chosen, ...]:
    """Those of a nest with which the program compiles: LLVM may have made two loops of one, inner and outer, and left
    others between them. Above the innermost loops it is all or none."""
    if level:
        return pragmas if _results(prepared, target, workdir, list(pragmas)) is not None else ()
    return tuple(each for each in pragmas if _results(prepared, target, workdir, [each]) is not None)


def find_nests(front: ir.FrontEnd) -> list[Nest]:
    """The outermost loops without a pragma of the user's that decides, in functions that are no regions."""
    decided: set[tuple[str, str]] = set()
    for d in front.directives:
        if d.kind == "pipeline" and isinstance(d.target, ir.LoopTarget):
            decided.add((d.function, d.target.header))
    found = []
    for name, function in front.module.functions.items():
        if is_region(front, name):
            continue
        loops = {loop.header: loop for loop in front.loops if loop.function == name}
        inner: dict[str | None, list[ir.Loop]] = defaultdict(list)
        for loop in loops.values():
            inner[loop.parent].append(loop)
        sizes = {block.label: len(block.instructions) for block in function.blocks}
        calling = frozenset(
            block.label for block in function.blocks for i in block.instructions if i.callee in front.module.functions
        )
        work = list(inner[None])
        while work:
            loop = work.pop()
            nest = _nest(loop, inner, sizes, decided, calling)
            if nest is not None:
                found.append(nest)
            elif (name, loop.header) not in decided:
                work += inner[loop.header]
    return list({nest.number: nest for nest in found}.values())


def _nest(
    loop: ir.Loop,
    inner: dict[str | None, list[ir.Loop]],
    sizes: dict[str, int],
    decided: set[tuple[str, str]],
    calling: frozenset[str],
) -> Nest | None:
    """None where the user has decided, for this loop or one in it, where it calls, or is no loop of the source."""
    if (loop.function, loop.header) in decided or loop.number < 0 or loop.blocks & calling:
        return None
    below = [_nest(each, inner, sizes, decided, calling) for each in inner[loop.header]]
    if None in below:
        return None
    covered = {label for each in inner[loop.header] for label in each.blocks}
    own = sum(sizes[label] for label in loop.blocks - covered)
    return Nest(loop.number, loop.most_trips, own, tuple(nest for nest in below if nest is not None))


def _fits(nest: Nest, level: int) -> bool:
    sizes = [each.unrolled_size for each in nest.pipelined_at(level)]
    return level == 0 or all(size is not None and size <= UNROLLED_MAX for size in sizes)


def _results(
    prepared: Prepared, target: Target, workdir: Path, chosen: list[Chosen], outer: frozenset[int] = frozenset()
) -> defaultdict[int, Found] | None:
    """What is found of each loop of the source, by number: the sum of the loops that LLVM made of it. None when the
    program is refused then. outer: the loops that have others in them in the source."""
    try:
        front = _with_trips(lower(prepared, workdir, chosen), outer)
        functions = schedule_program(front, target).functions
    except UserError:
        return None
    numbers = {(loop.function, loop.header): loop.number for loop in front.loops}
    found: dict[int, Found] = {}
    for name, scheduled in functions.items():
        function, latency = scheduled.function, latency_of(scheduled)
        for header, loop in function.loops.items():
            inside = {id for label in loop.blocks for id in function.blocks[label].ops}
            streams = {function.ops[id].object for id in inside if function.ops[id].kind in STREAM_KINDS}
            waits = loop.ii is None and any(function.streams[each].bus for each in streams)  # nobody knows how long
            interval = inf if waits else latency.intervals[header]
            this = Found(latency.means[header], interval, count_dsp_blocks(scheduled, target, inside))
            for each in (header, *loop.flattened):
                if (name, each) in numbers:
                    found[numbers[name, each]] = found.get(numbers[name, each], Found(0, 0)) + this
    return defaultdict(Found, found)


def _with_trips(front: ir.FrontEnd, outer: frozenset[int]) -> ir.FrontEnd:
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

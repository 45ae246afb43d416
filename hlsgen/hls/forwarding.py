"""Schedules a function, with stores forwarded to loads where a loop misses its interval because of its memories.

The order of loads after stores of earlier iterations is taken away on trial: where that would lower the interval, the
least number of iterations is forwarded that does, and the result is kept if the schedule proves it better.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hlsgen.core.errors import UserError
from hlsgen.hls.bind.schedule_function import schedule_function
from hlsgen.hls.bind.scheduled import ScheduledBlock, ScheduledFunction
from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.ir import Function, Kind
from hlsgen.hls.passes.forward_stores import forward_stores
from hlsgen.hls.passes.narrow import narrow
from hlsgen.hls.passes.simplify import simplify
from hlsgen.hls.schedule import min_ii

_DEPTH_MAX = 4  # iterations whose stores are kept
_STORES_MAX = 4  # to one memory in a loop; each is compared with each load, `depth` times
_LOADS_MAX = 8


def schedule_forwarded(function: Function, target: Target) -> ScheduledFunction:
    """The schedule of a function that has been through the passes."""
    best = schedule_function(function, target)
    settled: set[tuple[str, str]] = set()
    while wanted := _wanted(function, best, settled):
        settled |= {(each.label, each.memory) for each in wanted}
        together = [wanted] if len(wanted) > 1 else []
        for tried in (*together, *([each] for each in wanted)):
            changed = function
            for each in tried:
                changed = forward_stores(changed, each.label, each.memory, each.depth)
            changed = check(simplify(narrow(simplify(changed))), "forwarding")
            most = {each.label: best.blocks[each.label].ii - 1 for each in tried}
            try:
                best = schedule_function(changed, target, most)
            except UserError:
                continue
            function = changed
            if tried is wanted:
                break
    return best


@dataclass(frozen=True, slots=True)
class _Forwarding:
    label: str
    memory: str
    depth: int


def _wanted(function: Function, best: ScheduledFunction, settled: set[tuple[str, str]]) -> list[_Forwarding]:
    """What may help, of each loop the first memory that has not been tried."""
    found = []
    for label, block in best.blocks.items():
        for memory in _candidates(function, block):
            if (label, memory) not in settled and (depth := _depth(function, block, memory)):
                found.append(_Forwarding(label, memory, depth))
                break
    return found


def _candidates(function: Function, block: ScheduledBlock) -> list[str]:
    """Memories of a loop that misses its interval, with few enough accesses."""
    loop = block.loop
    if loop is None or loop.rewind or block.ii <= (loop.ii or 1):
        return []
    found = []
    for name, memory in function.memories.items():
        kinds = [op.kind for id in function.blocks[block.label].ops if (op := function.ops[id]).object == name]
        stores, loads = kinds.count(Kind.STORE), kinds.count(Kind.LOAD)
        if not memory.rom and memory.depth_words > 1 and 0 < stores <= _STORES_MAX and 0 < loads <= _LOADS_MAX:
            found.append(name)
    return found


def _depth(function: Function, block: ScheduledBlock, memory: str) -> int:
    """The fewest iterations to forward for the least interval that their number could give; 0 when none would help."""
    problem, loop = block.schedule.problem, block.loop
    assert loop is not None
    waits = {
        d
        for d in problem.dependences
        if not d.data
        and {d.source, d.target} <= function.ops.keys()
        and _is(function, d.source, Kind.STORE, memory)
        and _is(function, d.target, Kind.LOAD, memory)
    }
    best, chosen = block.ii, 0
    for depth in range(1, _DEPTH_MAX + 1):
        if not any(0 < d.distance <= depth for d in waits):
            continue
        relaxed = tuple(
            replace(d, distance=max(d.distance, depth + 1)) if d in waits else d
            for d in problem.dependences
            if d not in waits or d.distance
        )
        ii = max(min_ii(replace(problem, ii=None, dependences=relaxed)).ii, loop.ii or 1)
        if ii < best:
            best, chosen = ii, depth
    return chosen


def _is(function: Function, id: int, kind: Kind, memory: str) -> bool:
    op = function.ops[id]
    return op.kind is kind and op.object == memory

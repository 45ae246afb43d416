"""Passes and schedule of one function, with its nests flattened only as far as that costs no interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hlsgen.core.errors import UserError
from hlsgen.hls.bind.schedule_function import DEEPER
from hlsgen.hls.bind.scheduled import ScheduledBlock, ScheduledFunction
from hlsgen.hls.bind.sharing import MOST_OPERATIONS, count_dsp_blocks
from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.ir import Function, Kind
from hlsgen.hls.forwarding import schedule_forwarded
from hlsgen.hls.passes.pipeline import run_passes
from hlsgen.hls.passes.pipeline_function import takes_numbers

_IDLE_PRODUCTS = 4  # fewer are not worth a second schedule


def schedule_pipelined(function: Function, target: Target) -> ScheduledFunction:
    """The schedule of `function` as imported.

    Nests that a pass flattened unasked and that missed their interval are tried again with a level less of it, and
    stay so where that takes fewer cycles.
    """
    best = schedule_forwarded(run_passes(function, target), target)
    if (
        takes_numbers(function)
        and best.perpetual is None
        and any(loop.of_calls for loop in best.function.loops.values())
    ):
        function = replace(function, ii=None)  # calls cannot overlap after all
        best = schedule_forwarded(run_passes(function, target), target)
    settled: set[str] = set()
    while True:
        slow = {  # by the loop that was flattened last
            block.loop.flattened[0]: block
            for block in best.blocks.values()
            if block.loop is not None and _missed(function, block) and block.label not in settled
        }
        if not slow:
            return _with_turns(function, best, target)
        apart, other = _apart(function, slow, target)
        better = [header for header, block in slow.items() if _takes_less(block, _with(other, header))]
        settled |= {block.label for header, block in slow.items() if header not in better}
        if better:
            function, best = (apart, other) if len(better) == len(slow) else _apart(function, better, target)


def _with_turns(function: Function, best: ScheduledFunction, target: Target) -> ScheduledFunction:
    """Products that a pass cut into limbs, or that share a DSP block with a sum, left alone where they can take turns
    at a multiplier: in blocks with cycles left over, if that takes fewer DSP blocks and no more cycles."""
    if function.multipliers is not None or len(best.function.ops) > MOST_OPERATIONS:
        return best
    tried = {label for label, block in best.blocks.items() if _has_idle_products(best, block)}
    while tried:
        apart = run_passes(replace(function, products_in_turn=frozenset(tried)), target)
        try:
            other = schedule_forwarded(apart, target)
        except UserError:
            return best
        slower = {label for label in tried if not _as_fast(best.blocks[label], other.blocks.get(label))}
        if not slower:
            fewer = count_dsp_blocks(other, target) < count_dsp_blocks(best, target)
            return other if fewer and best.blocks.keys() == other.blocks.keys() else best
        tried -= slower
    return best


def _has_idle_products(scheduled: ScheduledFunction, block: ScheduledBlock) -> bool:
    """Several without a turn, and cycles in which they are not begun."""
    function = scheduled.function
    turns = {id for unit in scheduled.shared for id in unit.users}
    products = sum(function.ops[id].kind is Kind.MUL and id not in turns for id in function.blocks[block.label].ops)
    return products >= _IDLE_PRODUCTS and (block.depth if block.loop is None else block.ii) > 1


def _as_fast(before: ScheduledBlock, after: ScheduledBlock | None) -> bool:
    if after is None or (before.loop is None) != (after.loop is None):
        return False
    late = len(after.schedule.overshoots()) > len(before.schedule.overshoots())
    longer = after.depth - before.depth
    return not late and after.ii <= before.ii and longer <= (0 if after.loop is None else DEEPER)


def _apart(function: Function, headers: Iterable[str], target: Target) -> tuple[Function, ScheduledFunction]:
    """With some loops not flattened into those around them."""
    loops = {header: replace(function.loops[header], flatten=False) for header in headers}
    apart = replace(function, loops=function.loops | loops)
    return apart, schedule_forwarded(run_passes(apart, target), target)


def _with(scheduled: ScheduledFunction, header: str) -> ScheduledBlock | None:
    return next((block for block in scheduled.blocks.values() if _is(block, header)), None)


def _missed(function: Function, block: ScheduledBlock) -> bool:
    loop = block.loop
    if loop is None or not loop.flattened or block.ii <= (loop.ii or 1):
        return False
    return function.loops[loop.flattened[0]].flatten is None


def _is(block: ScheduledBlock, header: str) -> bool:
    return block.loop is not None and (block.loop.header == header or header in block.loop.flattened)


def _takes_less(flat: ScheduledBlock, apart: ScheduledBlock | None) -> bool:
    """Cycles of the flattened loop against those of the loop that is entered again and again."""
    assert flat.loop is not None
    if apart is None or apart.loop is None or apart.ii >= flat.ii:
        return False
    total, each = flat.loop.trip_count, apart.loop.trip_count
    if total is None or each is None or not each:
        return True
    entered = (each - 1) * apart.ii + apart.depth + 2  # with a cycle before and one after
    return total // each * entered < (total - 1) * flat.ii + flat.depth

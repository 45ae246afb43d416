"""LOOP_MERGE, where nests that follow each other are faster at the same time."""

from __future__ import annotations

from collections.abc import Sequence

from hlsgen.core.errors import UserError
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.bind.sharing import count_dsp_blocks
from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.ir import STATUS_KINDS, STREAM_KINDS
from hlsgen.hls.dataflow import is_region
from hlsgen.hls.frontend.compile import Chosen, lower
from hlsgen.hls.latency import latency_of
from hlsgen.hls.scheduling import schedule_program

from .trials import DSP_BLOCKS_MAX, Trials

_WORTH = 0.99  # of the cycles that are left


def merging(trials: Trials, chosen: Sequence[Chosen]) -> tuple[Chosen, ...]:
    """For the functions that become faster by it. Not where streams are in such loops: what is at the other end may
    count on an order."""
    prepared, target, workdir = trials.prepared, trials.target, trials.workdir
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
    return before is not None and after is not None and after < _WORTH * before

"""What became of each pragma once there are cycles and memories: the front end only knows that it could bind it.

A pragma is honoured, honoured with a remark, or not honoured with a reason; none is dropped in silence.
"""

from __future__ import annotations

from dataclasses import replace

from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.honour_options import idle_options
from hlsgen.hls.honour_wishes import Remark, wish_remark
from hlsgen.hls.latency import latency_of
from hlsgen.hls.llvm.ir import Directive, FrontEnd, FunctionTarget, LoopTarget, Pragma
from hlsgen.hls.partitions import overruled_partitions
from hlsgen.hls.passes.pipeline_function import why_not, why_one_call


def review_pragmas(front: FrontEnd, functions: dict[str, ScheduledFunction]) -> tuple[Pragma, ...]:
    """The pragmas with what the back end has to say of them. functions: by mangled name."""
    remarks: dict[tuple[str, int, str], Remark] = {}
    for directive in front.directives:
        scheduled = functions.get(directive.function)
        remark = _remark(directive, scheduled) or wish_remark(directive, scheduled, front)
        if remark is not None:
            remarks[_key(directive)] = remark
    for directive, other in overruled_partitions(front):
        more = f"{other.loc} divides this array, or one that the same function takes, into more banks"
        remarks[_key(directive)] = (False, f"{more}: that holds for all")
    reviewed = []
    for pragma in front.pragmas:
        if pragma.honoured:
            found = remarks.get(_key(pragma), (True, pragma.reason))
            parts = [part for part in (found, idle_options(pragma.text)) if part is not None]
            reason = "; ".join(text for _, text in parts if text)
            pragma = replace(pragma, honoured=all(well for well, _ in parts), reason=reason)
        reviewed.append(pragma)
    return tuple(reviewed)


def _key(pragma: Directive | Pragma) -> tuple[str, int, str]:
    return pragma.loc.file, pragma.loc.line, pragma.text


def _remark(directive: Directive, scheduled: ScheduledFunction | None) -> Remark | None:
    if directive.kind == "pipeline" and "off" not in directive.options:
        if isinstance(directive.target, FunctionTarget):
            return _calls(scheduled)
        if isinstance(directive.target, LoopTarget) and scheduled is not None:
            return _pipelined(directive, directive.target.header, scheduled)
    if directive.kind == "latency" and scheduled is not None:
        return _takes(directive, scheduled)
    if directive.kind == "loop_merge" and scheduled is not None:
        merged = any(loop.merged for loop in scheduled.function.loops.values())
        reason = "no two pipelined loops there follow each other, have constant trip counts and nothing in common"
        return None if merged else (False, reason)
    if directive.kind == "loop_flatten" and "off" not in directive.options and scheduled is not None:
        return _flattened(directive, scheduled)
    if directive.kind == "array_reshape" and scheduled is not None:
        name = getattr(directive.target, "name", "")
        memories = scheduled.function.memories.values()
        banks = [m for m in memories if m.name.startswith(f"{name}_b") and not m.rom and m.depth_words > 1]
        if banks:
            return True, "the array is written: its lanes are memories of their own"
    return None


def _takes(directive: Directive, scheduled: ScheduledFunction) -> Remark:
    """LATENCY is a wish that the schedule meets or not: it is as short as it can be, and nothing waits for more."""
    header = getattr(directive.target, "header", "")
    blocks = [b for b in scheduled.blocks.values() if b.loop and header in (b.label, *b.loop.flattened, *b.loop.merged)]
    if header and not blocks:
        return False, "the loop is not pipelined: it has no latency of its own"
    if header:
        least: int = blocks[0].depth
        most: int | None = least
    else:
        call = latency_of(scheduled).call
        least, most = call.least, call.most
    low, high = int(directive.options.get("min", 0)), directive.options.get("max")
    met = least >= low and (high is None or (most is not None and most <= int(high)))
    cycles = f"{least}" if least == most else f"{least} to {'?' if most is None else most}"
    return met, "" if met else f"it takes {cycles} cycles"


def _calls(scheduled: ScheduledFunction | None) -> Remark | None:
    """PIPELINE on a function: calls that follow each other without a gap."""
    if scheduled is None:
        return False, "the function is a region, or has none of its own: its processes are pipelined"
    only = scheduled.perpetual
    if only is None:
        function = scheduled.function
        reason = why_one_call(function, final=True) or why_not(function)
        reason = reason or "more is done before or after than what every call does"
        return False, f"its loops are unrolled, but calls do not overlap: {reason}"
    block = scheduled.blocks[only]
    return (True, f"II={block.ii}: {block.bound_by}") if block.bound_by else None


def _flattened(directive: Directive, scheduled: ScheduledFunction) -> Remark | None:
    """A loop that took others in, or that became a part of one inside it."""
    loops = scheduled.function.loops
    header = getattr(directive.target, "header", "")
    gone = {each for loop in loops.values() for each in loop.flattened}
    if header in gone or (header in loops and loops[header].flattened):
        return None
    if header in loops and loops[header].ii is None:
        return False, "the loop in it is not pipelined, or there are several"
    return False, "the loop around it has other loops or calls in it, or there is none"


def _pipelined(directive: Directive, header: str, scheduled: ScheduledFunction) -> Remark | None:
    loops = ((block, block.loop) for block in scheduled.blocks.values() if block.loop is not None)
    whole = (block for block, loop in loops if header in (*loop.flattened, *loop.merged))
    block = scheduled.blocks.get(header) or next(whole, None)
    if header in scheduled.function.loops and scheduled.function.loops[header].ii is None:
        return False, "the loop calls functions that are modules of their own: inline them"
    if block is None or block.loop is None:
        return None
    notes = []
    if block.bound_by:
        notes.append(f"II={block.ii}: {block.bound_by}")
    if block.loop.rewind and scheduled.perpetual != block.label:
        why = "the function does more than this loop"
        if scheduled.given_anew:
            why = "calls that take numbers or arrays follow one another"
        elif scheduled.only_loop == block.label:
            why = "an iteration may begin without a word"
        notes.append(f"not rewound: {why}")
    return (True, "; ".join(notes)) if notes else None

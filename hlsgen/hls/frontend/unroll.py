"""Which loops LLVM unrolls: those with UNROLL, and all loops below a pipelined loop or function, or in a region.

The decision is written into the `!llvm.loop` nodes of the inlined module; afterwards, what could not be unrolled is
found by what is left in the nodes of the final one.
"""

from __future__ import annotations

from hlsgen.core.errors import UserError
from hlsgen.hls.llvm.loops import NaturalLoop, natural_loops
from hlsgen.hls.llvm.parse import Parsed

from . import edit
from .roots import Roots, SourceLoop

_FULL, _COUNT, _DISABLE = "llvm.loop.unroll.full", "llvm.loop.unroll.count", "llvm.loop.unroll.disable"


def source_of(parsed: Parsed, function: str, loop: NaturalLoop, roots: Roots) -> SourceLoop | None:
    """The loop of the source that a loop of the IR came from, None for one that LLVM or the headers made.

    Partial unrolling may leave the number on an exit in the middle, or lose it with the branch that bore it: the
    place of the new branch is then that of the loop.
    """
    others = [label for label in loop.exiting if label not in loop.latches]
    for label in (*loop.latches, *others):
        properties = edit.loop_properties(parsed.text, parsed.loops[function].get(label, ""))
        if "hlsgen.loop" in properties:
            return roots.loops[properties["hlsgen.loop"]]
    blocks = parsed.module.functions[function].blocks
    places = {block.terminator.loc for block in blocks if block.label in loop.latches}
    return next((each for each in roots.loops.values() if each.loc in places and each.find("unroll")), None)


def ask_for_unrolling(parsed: Parsed, roots: Roots) -> None:
    """Writes full, count or disable into the node of every loop."""
    nodes = edit.LoopNodes(parsed.text)
    for name, function in parsed.module.functions.items():
        whole = roots.on_function(name, "pipeline")
        all_below = name in roots.regions or (whole is not None and not whole.options.get("off"))
        for loop in natural_loops(function):
            source = source_of(parsed, name, loop, roots)
            outer = [source_of(parsed, name, each, roots) for each in loop.ancestors()]
            unroll = source.find("unroll") if source is not None else None
            node = parsed.loops[name].get(loop.latches[0], "")
            hints = edit.loop_properties(parsed.text, node)
            inside = any(each is not None and each.unrolled_with for each in (source, *outer))
            pipelined = any(each is not None and each.is_pipelined for each in outer)
            if all_below or inside or pipelined or _FULL in hints:
                wish = f'!"{_FULL}"'
            elif unroll is None or unroll.options.get("off") or unroll.options.get("factor") == 1 or _DISABLE in hints:
                wish = f'!"{_DISABLE}"'
            elif "factor" in unroll.options:
                wish = f'!"{_COUNT}", i32 {unroll.options["factor"]}'
            else:
                wish = f'!"{_FULL}"'
            identity = [f'!"hlsgen.loop", i32 {source.number}'] if source is not None else []
            for latch in loop.latches:
                line = parsed.lines[name][latch][-1]
                nodes.attach(line, edit.loop_places(parsed.text, node), [*identity, wish])


def check_unrolled(parsed: Parsed, roots: Roots) -> dict[int, str]:
    """Pragma id -> why a partial unrolling did not happen. Raises UserError for a full one that did not."""
    refused: dict[int, str] = {}
    for name, function in parsed.module.functions.items():
        for loop in natural_loops(function):
            source = source_of(parsed, name, loop, roots)
            hints = edit.loop_properties(parsed.text, parsed.loops[name].get(loop.latches[0], ""))
            if _FULL in hints:
                _refuse(source, loop, parsed, name, roots)
            elif _COUNT in hints and source is not None and (unroll := source.find("unroll")):
                refused[unroll.written.id] = "LLVM could not unroll the loop"
    return refused


def _refuse(source: SourceLoop | None, loop: NaturalLoop, parsed: Parsed, function: str, roots: Roots) -> None:
    where = source.loc if source is not None else parsed.module.functions[function].loc
    name = f"loop {source.name!r}" if source is not None and source.name else "this loop"
    outer = [source_of(parsed, function, each, roots) for each in loop.ancestors()]
    pipelined = next((each for each in outer if each is not None and each.is_pipelined), None)
    if pipelined is not None:
        why = f"it is inside the pipelined loop of line {pipelined.loc.line}"
        do = "give it constant bounds, or pipeline the inner loop instead"
    elif source is not None and source.find("unroll") is not None:
        why, do = "#pragma HLS UNROLL asks for it", "give it constant bounds, or a factor"
    elif function in roots.regions:
        why, do = "it is in a dataflow region", "give it constant bounds, or move it into a process"
    elif any(each is not None and each.unrolled_with for each in (source, *outer)):
        return  # what it stands in is a part of its caller
    else:
        why, do = "its function is pipelined", "give it constant bounds"
    raise UserError(f"{name} has to be unrolled ({why}), but how often it runs is not a constant", where=where, do=do)

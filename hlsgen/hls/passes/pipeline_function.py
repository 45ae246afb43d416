"""A function with PIPELINE, whose calls overlap: its body as a loop of one iteration that calls follow without a gap.

That is what `rewind` does for a loop. It needs a body without loops and calls, and no arguments that are arrays or,
unless they are stable, scalars: their ports belong to one call at a time.
"""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import Branch, Editor, Function, Jump, Loop, Return
from hlsgen.hls.graph import reverse_post_order


def pipeline_function(function: Function) -> Function:
    """The same function; where calls are to overlap and can, with a rewound loop of one iteration around its body."""
    if function.ii is None or why_not(function):
        return function
    edit = Editor(function)
    begin, again, end = (_unused(function, name) for name in ("call", "call.next", "call.end"))
    never = edit.const(0, 1)
    inside = frozenset([*edit.order, again])
    for label, terminator in edit.ends.items():
        if isinstance(terminator, Return):
            edit.ends[label] = Jump(again)
    edit.ends |= {begin: Jump(function.entry), again: Branch(never, function.entry, end), end: Return()}
    edit.order |= {begin: [never], again: [], end: []}
    labels = reverse_post_order({label: terminator.targets() for label, terminator in edit.ends.items()}, begin)
    edit.order = {label: edit.order[label] for label in labels}
    loop = Loop(function.entry, inside, "calls", function.ii, rewind=True, trip_count=1, loc=function.loc)
    return edit.finish(loops={loop.header: loop})


def why_not(function: Function) -> str:
    """The reason why calls of the function cannot overlap, "" when they can."""
    if function.loops:
        return "a loop is left in it: give it constant bounds, or put the pragma inside the loop"
    if function.units:
        return "it calls functions that are modules of their own: inline them"
    params = (param for param in function.params.values() if not param.stable)
    if any(params) or any(memory.external for memory in function.memories.values()):
        return "only streams may be arguments: the ports of others belong to one call at a time"
    return "" if function.used_streams() else "it has no streams"


def _unused(function: Function, name: str) -> str:
    return name if name not in function.blocks else _unused(function, f"{name}.")

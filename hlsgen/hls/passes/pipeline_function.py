"""A function with PIPELINE, whose calls overlap: its body as a loop of one iteration that calls follow without a gap.

That is what `rewind` does for a loop. It needs a body without loops and calls. What comes in by value goes along with
its call through the pipeline, and what goes out appears at the end of it; arrays of more than a word, and numbers that
go both ways, belong to one call at a time.
"""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import MEMORY_KINDS, Branch, Editor, Function, Jump, Kind, Loop, Memory, Return
from hlsgen.hls.cdfg.written import kept_words
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
    loop = Loop(
        function.entry, inside, "calls", function.ii, rewind=True, of_calls=True, trip_count=1, loc=function.loc
    )
    return edit.finish(loops={loop.header: loop})


def drop_overwritten(function: Function) -> Function:
    """Without stores of numbers that go out with their call, where it overwrites them anyway."""
    edit = Editor(function)
    for loop in function.loops.values():
        surely: set[str] = set()  # stored by what comes later
        for id in reversed(function.blocks[loop.header].ops if loop.of_calls else ()):
            op = function.ops[id]
            if op.kind is not Kind.STORE or not function.memories[op.object].external:
                continue
            if op.object in surely:
                edit.order[loop.header].remove(id)
            elif op.guard is None and function.memories[op.object].depth_words == 1:
                surely.add(op.object)
    return edit.finish()


def why_not(function: Function) -> str:
    """The reason why calls of the function cannot overlap, "" when they can."""
    if function.loops:
        return "a loop is left in it: give it constant bounds, or put the pragma inside the loop"
    if function.units:
        return "it calls functions that are modules of their own: inline them"
    if not (takes_numbers(function) or function.used_streams()):
        return "it has no arguments"
    return why_one_call(function)


def takes_numbers(function: Function) -> bool:
    """It has arguments, or a result, that are no streams."""
    return bool(function.params or _outside(function))


def why_one_call(function: Function, final: bool = False) -> str:
    """The reason why arguments that are no streams belong to one call at a time, "" where they go along with theirs.

    final: arrays have been divided, and words that are stored are not loaded again.
    """
    buses = any(stream.bus for stream in function.used_streams())
    if takes_numbers(function) and (function.runs_free or buses):
        return "with ap_ctrl_none, and beside m_axi, only streams go along with their call"
    kinds: dict[str, set[Kind]] = {}
    for op in function.ops.values():
        if op.kind in MEMORY_KINDS:
            kinds.setdefault(op.object, set()).add(op.kind)
    both = {param.argument for param in function.params.values()}  # of those that come in
    both |= {memory.argument for memory in _outside(function) if Kind.LOAD in kinds[memory.name]}
    kept = kept_words(function) if final else frozenset()
    for memory in _outside(function):
        if not memory.is_divided:
            return f"{memory.argument!r} is a memory: partition it completely, or make it a stream"
        if Kind.STORE not in kinds[memory.name]:
            continue
        if memory.argument in function.seen_late:
            return f"{memory.argument!r} waits behind the end of a call until it has been seen"
        if final and (memory.argument in both or memory.name in kept):
            return f"{memory.argument!r} goes in and comes out again"
    return ""


def _outside(function: Function) -> list[Memory]:
    used = {op.object for op in function.ops.values() if op.kind in MEMORY_KINDS}
    return [memory for memory in function.memories.values() if memory.external and memory.name in used]


def _unused(function: Function, name: str) -> str:
    return name if name not in function.blocks else _unused(function, f"{name}.")

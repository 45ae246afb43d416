"""A function with PIPELINE, whose calls overlap: its body as a loop of one iteration that calls follow without a gap.

That is what `rewind` does for a loop. It needs a body without loops and calls. What comes in by value goes along with
its call through the pipeline, and what goes out appears at the end of it; arrays of more than a word, and numbers that
go both ways, belong to one call at a time.
"""

from __future__ import annotations

from dataclasses import replace

from hlsgen.hls.cdfg.ir import MEMORY_KINDS, Branch, Editor, Function, Jump, Kind, Loop, Memory, Op, Return
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


def store_once(function: Function) -> Function:
    """With one store of every number that goes out with its call: what the call leaves there."""
    edit = Editor(function)
    for loop in function.loops.values():
        stores: dict[str, list[Op]] = {}
        for op in (function.ops[id] for id in function.blocks[loop.header].ops if loop.of_calls):
            memory = function.memories[op.object] if op.kind is Kind.STORE else None
            if memory is not None and memory.external and memory.depth_words == 1:
                stores.setdefault(op.object, []).append(op)
        for found in stores.values():
            _join(edit, edit.order[loop.header], found)
    return edit.finish()


def _join(edit: Editor, order: list[int], stores: list[Op]) -> None:
    """The last of them takes the place of all."""
    always = [number for number, op in enumerate(stores) if op.guard is None]
    first, *later = stores[always[-1] :] if always else stores
    value, guard = first.args[-1], first.guard
    last = stores[-1]

    def made(kind: Kind, width: int, *args: int) -> int:
        id = edit.make(kind, width, args, loc=last.loc)
        order.insert(order.index(last.id), id)
        return id

    for op in later:
        assert op.guard is not None
        value = made(Kind.SELECT, edit.ops[value].width, op.guard, op.args[-1], value)
        guard = guard if guard is None else made(Kind.OR, 1, guard, op.guard)
    edit.ops[last.id] = replace(last, args=(*last.args[:-1], value), guard=guard)
    for op in stores[:-1]:
        order.remove(op.id)


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

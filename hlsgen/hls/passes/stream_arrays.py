"""Arrays that are streams: their accesses become reads and writes, where it is proved that these are in order.

A word has a whole element, of a struct every member: the first load of a member reads it, the last store writes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hlsgen.core.errors import UserError
from hlsgen.hls.cdfg.ir import Editor, Function, Kind, Memory, Op, Stream
from hlsgen.hls.cdfg.sums import Sums
from hlsgen.hls.passes.known_ranges import known_ranges

from .streams.order import Order, Unordered


@dataclass(frozen=True, slots=True)
class Passage:
    """How an array passes through a function. elements: in a call, None where that varies."""

    reads: bool
    elements: int | None


def stream_arrays(function: Function) -> Function:
    """The function without memories that have a `word`. Raises UserError where their order cannot be shown."""
    arguments = _arguments(function)
    if not arguments:
        return function
    sums = Sums(function, known_ranges(function))
    edit = Editor(function)
    streams = dict(function.streams)
    for argument, members in arguments.items():
        order = _proved(function, argument, members, sums)
        if order.words:
            width = next(iter(members.values())).word.width  # type: ignore[union-attr]
            loc = next(iter(members.values())).loc
            streams[argument] = Stream(
                argument, width, "in" if order.reads else "out", (), argument, elements=order.total, loc=loc
            )
            _rewrite(edit, order, argument, width)
    gone = {name for members in arguments.values() for name in members}
    loops = {
        header: replace(loop, dependences=tuple(d for d in loop.dependences if d.memory not in gone))
        for header, loop in function.loops.items()
    }
    memories = {name: memory for name, memory in function.memories.items() if name not in gone}
    return edit.finish(memories=memories, streams=streams, loops=loops)


def passage(function: Function, argument: str) -> Passage | None:
    """How an array that is a stream passes through, None where nothing does. Raises Unordered."""
    members = _arguments(function)[argument]
    order = Order(function, members, Sums(function, known_ranges(function))).prove()
    return Passage(order.reads, order.total) if order.words else None


def _arguments(function: Function) -> dict[str, dict[str, Memory]]:
    found: dict[str, dict[str, Memory]] = {}
    for name, memory in function.memories.items():
        if memory.word is not None:
            found.setdefault(memory.argument, {})[name] = memory
    return found


def _proved(function: Function, argument: str, members: dict[str, Memory], sums: Sums) -> Order:
    try:
        return Order(function, members, sums).prove()
    except Unordered as error:
        what = "read" if error.op.kind is Kind.LOAD else "write"
        raise UserError(
            f"array {argument!r} is a stream, and it is not shown that this {what} is of its next element: {error.why}",
            where=replace(error.op.loc if error.op.loc.line else function.loc, name=function.name),
            do="access its elements once each and in order, under no condition; or copy them to or from a local array "
            "in a loop of its own",
        ) from None


def _rewrite(edit: Editor, order: Order, stream: str, width: int) -> None:
    words: dict[int, int] = {}  # leader -> the operation that reads the word
    stored: dict[int, list[Op]] = {}
    for op in order.function.in_order():
        if op.id not in order.words:
            continue
        leader = order.words[op.id]
        label = order.home[op.id]
        if op.kind is Kind.STORE:
            stored.setdefault(leader, []).append(op)
            if op.id == leader:
                _write(edit, order, label, stored[leader], stream, width)
            else:
                edit.order[label].remove(op.id)
            continue
        whole = op.width == width
        if op.id == leader and whole:
            edit.ops[op.id] = replace(op, kind=Kind.READ, args=(), object=stream)
            words[leader] = op.id
            continue
        if op.id == leader:
            words[leader] = edit.make(Kind.READ, width, object=stream, loc=op.loc, name=op.name)
            edit.order[label].insert(edit.order[label].index(op.id), words[leader])
        if whole:
            edit.redirect(op.id, words[leader])
        else:
            lsb = _lsb(order, op)
            edit.ops[op.id] = replace(op, kind=Kind.SLICE, args=(words[leader],), value=lsb, object="")


def _write(edit: Editor, order: Order, label: str, stores: list[Op], stream: str, width: int) -> None:
    last = stores[-1]
    parts = sorted(stores, key=lambda op: -_lsb(order, op))
    value = parts[0].args[-1]
    if len(parts) > 1:
        value = edit.make(Kind.CONCAT, width, tuple(op.args[-1] for op in parts), loc=last.loc)
        edit.order[label].insert(edit.order[label].index(last.id), value)
    edit.ops[last.id] = replace(last, kind=Kind.WRITE, args=(value,), object=stream)


def _lsb(order: Order, op: Op) -> int:
    place, memory = order.place(op), order.members[op.object]
    assert memory.word is not None
    return memory.word.lsb + place.number * memory.width

"""Structs behind an AXI master are read and written as one word, where all of an element is touched together.

Before it every member is a memory of its own, whose elements have gaps between them; afterwards elements lie one behind
the other, which makes bursts. Joined are the members of arguments whose structs are powers of two in size. What is
written has to be whole structs: bytes that C++ does not write stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hlsgen.hls.cdfg.ir import Editor, Function, Kind, Memory

_LARGEST_BYTES = 128


def join_members(function: Function) -> Function:
    """The function with one memory for each struct argument behind a bus that can be joined."""
    arguments = dict.fromkeys(memory.argument for memory in function.memories.values() if memory.bus)
    for argument in arguments:
        members = [m for m in function.memories.values() if m.bus and m.argument == argument]
        if (whole := _whole(members, function)) is not None:
            function = _Joining(function, whole, {m.name: m for m in members}).run() or function
    return function


def _whole(members: list[Memory], function: Function) -> Memory | None:
    """The memory of structs, if the members are all there is in each."""
    first = members[0]
    size = first.strides_bytes[-1] if first.strides_bytes else 0
    alike = all(m.strides_bytes == first.strides_bytes and m.shape == first.shape for m in members)
    inside = all(m.offset_bytes + m.width // 8 <= size for m in members)
    if len(members) < 2 or not alike or not inside or size & size - 1 or size > _LARGEST_BYTES:
        return None
    if first.argument in function.memories:
        return None
    return replace(first, name=first.argument, width=8 * size, offset_bytes=0)


@dataclass
class _Joining:
    function: Function
    whole: Memory
    members: dict[str, Memory]

    def __post_init__(self) -> None:
        self.edit = Editor(self.function)

    def run(self) -> Function | None:
        """None where a struct is written in part, or under a condition."""
        if not all(self.block(label) for label in self.function.blocks):
            return None
        loops = {
            header: replace(
                loop,
                dependences=tuple(
                    replace(d, memory=self.whole.name) if d.memory in self.members else d for d in loop.dependences
                ),
            )
            for header, loop in self.function.loops.items()
        }
        memories = {name: m for name, m in self.function.memories.items() if name not in self.members}
        return self.edit.finish(loops=loops, memories={**memories, self.whole.name: self.whole})

    def block(self, label: str) -> bool:
        order: list[int] = []
        words: dict[tuple[int, ...], int] = {}  # place -> the struct, as long as nothing is stored
        stored: dict[str, int] = {}  # member -> value, of the struct at `place` that is being written
        place: tuple[int, ...] = ()
        for id in self.function.blocks[label].ops:
            op = self.function.ops[id]
            member = self.members.get(op.object) if op.kind in (Kind.LOAD, Kind.STORE) else None
            if member is None:
                order.append(id)
                continue
            if op.guard is not None or (stored and (op.kind is Kind.LOAD or op.args[:-1] != place)):
                return False
            if op.kind is Kind.LOAD:
                if op.args not in words:
                    words[op.args] = self.edit.make(
                        Kind.LOAD, self.whole.width, op.args, object=self.whole.name, loc=op.loc, name=op.name
                    )
                    order.append(words[op.args])
                part = self.edit.make(Kind.SLICE, op.width, (words[op.args],), value=8 * member.offset_bytes)
                order.append(part)
                self.edit.redirect(id, part)
                continue
            words, place = {}, op.args[:-1]
            if member.name in stored:
                return False
            stored[member.name] = op.args[-1]
            if sum(self.members[name].width for name in stored) == self.whole.width:
                parts = sorted(stored, key=lambda name: -self.members[name].offset_bytes)
                word = self.edit.make(Kind.CONCAT, self.whole.width, tuple(stored[name] for name in parts))
                store = self.edit.make(Kind.STORE, 0, (*place, word), object=self.whole.name, loc=op.loc)
                order += [word, store]
                stored = {}
        self.edit.order[label] = order
        return not stored

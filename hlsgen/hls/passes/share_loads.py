"""Loads of one address become one where no store between them can change the word for the later one.

The cases of a switch that each do `r[d] = r[s] + ...` load the same word: the store of one case lies between its load
and that of the next, but does not happen when the next one does. The first load then happens for all of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from hlsgen.hls.cdfg.guards import Guards
from hlsgen.hls.cdfg.ir import MEMORY_KINDS, Block, Editor, Function, Kind, Op

_LOOK_BACK = 64  # stores
_PORTS = 2


def share_loads(function: Function) -> Function:
    """The same function with fewer loads."""
    edit = Editor(function)
    guards = Guards(edit.ops)
    for block in function.blocks.values():
        if any((op := function.ops[id]).kind is Kind.LOAD and op.guard is not None for id in block.ops):
            _Sharing(function, edit, guards, block).run()
    return edit.finish()


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The last load of an address: its place in the block, and how many stores to the memory come before it."""

    id: int
    place: int
    stores: int


class _Sharing:
    """One block. ready: operation -> the place of the last access that its value needs, -1 for none."""

    def __init__(self, function: Function, edit: Editor, guards: Guards, block: Block) -> None:
        self.function, self.edit, self.guards, self.block = function, edit, guards, block
        self.ready: dict[int, int] = {}
        self.loaded: dict[tuple[str, tuple[int, ...]], _Loaded] = {}
        self.stores: dict[str, list[Op]] = defaultdict(list)
        self.calls = {stream.name for stream in function.streams.values() if stream.unit}
        self.ordered = {id for order in function.orders for id in (order.source, order.target)}
        loop = function.loops.get(block.label)
        accesses = Counter(op.object for op in map(function.ops.__getitem__, block.ops) if op.kind in MEMORY_KINDS)
        self.crowded = {name for name, n in accesses.items() if n > _PORTS * ((loop.ii if loop else None) or 1)}

    def run(self) -> None:
        kept = []
        for place, id in enumerate(self.block.ops):
            op = self.edit.ops[id] = self.edit.resolved(self.edit.ops[id])
            if op.object in self.calls:  # it may store as well
                self.loaded.clear()
            if op.kind is Kind.LOAD and id not in self.ordered and self.is_shared(op, place):
                continue
            if op.kind is Kind.STORE:
                self.stores[op.object].append(op)
            self.ready[id] = place if op.object else -1 if op.kind is Kind.PHI else self.latest(op.inputs())
            kept.append(id)
        self.edit.order[self.block.label] = self.in_order(kept)

    def latest(self, ids: tuple[int, ...]) -> int:
        return max((self.ready.get(id, -1) for id in ids), default=-1)

    def is_shared(self, op: Op, place: int) -> bool:
        """`op` with the last load of its address, which then happens for both."""
        stores = self.stores[op.object]
        last = self.loaded.get((op.object, op.args))
        if last is None or not self.may_share(last, op, stores[last.stores : last.stores + _LOOK_BACK + 1]):
            self.loaded[op.object, op.args] = _Loaded(op.id, place, len(stores))
            return False
        first = self.edit.ops[last.id]
        self.edit.ops[last.id] = replace(first, guard=self.either(first.guard, op.guard, op))
        self.edit.redirect(op.id, last.id)
        return True

    def may_share(self, last: _Loaded, op: Op, between: list[Op]) -> bool:
        """The last load of the address gives what `op` does, and can be told in time when `op` happens."""
        first = self.edit.ops[last.id]
        if len(between) > _LOOK_BACK or not all(self.guards.exclusive(op, store) for store in between):
            return False
        if self.function.memories[op.object].external and not self.guards.exclusive(first, op):
            return False  # somebody else may have written it meanwhile
        if first.guard is None or first.guard == op.guard:
            return True
        # Where there are ports enough, no load waits for the condition of another.
        return op.object in self.crowded and self.latest(op.inputs()) < last.place

    def either(self, a: int | None, b: int | None, like: Op) -> int | None:
        if a is None or b is None or a == b:
            return None if a is None else b
        id = self.edit.make(Kind.OR, 1, (a, b), loc=like.loc)
        self.ready[id] = self.latest((a, b))
        return id

    def in_order(self, kept: list[int]) -> list[int]:
        """The operations, each behind what it needs: conditions move up to the loads that they became a part of."""
        placed = dict.fromkeys(id for id in kept if self.edit.ops[id].kind is Kind.PHI)
        for id in kept:
            work = [id]
            while work:
                if work[-1] in placed:
                    work.pop()
                    continue
                op = self.edit.resolved(self.edit.ops[work[-1]])
                missing = [x for x in op.inputs() if x in self.ready and x not in placed]
                work += missing
                if not missing:
                    placed[work.pop()] = None
        return list(placed)

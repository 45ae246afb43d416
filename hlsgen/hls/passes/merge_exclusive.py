"""Accesses of one memory or stream that never happen in the same iteration become one.

An if and its else that both write would otherwise need two ports, or two cycles. The merged access stands where the
later one stood, and what needs a value from it behind it; the earlier one may only move past accesses that exclude
it as well. Loads are merged where there are not ports enough: an address that depends on a condition comes later.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hlsgen.hls.cdfg.guards import Guards
from hlsgen.hls.cdfg.ir import MEMORY_KINDS, Block, Editor, Function, Kind, Op

_MERGED = frozenset((Kind.STORE, Kind.WRITE, Kind.READ, Kind.LOAD))
_VALUED = frozenset((Kind.READ, Kind.LOAD))
_LOOK_BACK = 16  # accesses
_PORTS = 2


def merge_exclusive(function: Function) -> Function:
    """The same function with fewer accesses."""
    edit = Editor(function)
    guards = Guards(edit.ops)
    for block in function.blocks.values():
        if any(function.ops[id].guard is not None for id in block.ops):
            _Merging(function, edit, guards, block).run()
    return edit.finish()


class _Merging:
    """One block. `order` is always a legal order of its operations so far; `gone` are not in it any more."""

    def __init__(self, function: Function, edit: Editor, guards: Guards, block: Block) -> None:
        self.function, self.edit, self.guards, self.block = function, edit, guards, block
        self.order: list[int] = []
        self.place: dict[int, int] = {}  # operation -> its position in `order`
        self.accesses: dict[str, list[int]] = {}  # object -> its accesses so far, in order
        self.gone: set[int] = set()
        loop = function.loops.get(block.label)
        loads = Counter(op.object for op in map(function.ops.__getitem__, block.ops) if op.kind in MEMORY_KINDS)
        per_iteration = _PORTS * ((loop.ii if loop else None) or 1)
        self.ordered = {id for order in function.orders for id in (order.source, order.target)}
        self.crowded = {name for name, count in loads.items() if count > per_iteration}

    def run(self) -> None:
        for id in self.block.ops:
            op = self.edit.resolved(self.edit.ops[id])
            self.edit.ops[id] = op
            if not op.object:
                self.append(id)
                continue
            earlier = self.accesses.setdefault(op.object, [])
            merges = op.kind in _MERGED and (op.kind is not Kind.LOAD or op.object in self.crowded)
            merges = merges and id not in self.ordered
            if not (merges and self.merge_into(op, earlier)):
                self.append(id)
            earlier.append(id)
        self.edit.order[self.block.label] = [id for id in self.order if id not in self.gone]

    def append(self, id: int) -> None:
        self.place[id] = len(self.order)
        self.order.append(id)

    def merge_into(self, op: Op, earlier: list[int]) -> bool:
        """`op` with the last earlier access that may become one with it, which is then no more."""
        start = max(0, len(earlier) - _LOOK_BACK)
        for position in range(len(earlier) - 1, start - 1, -1):
            first = self.edit.ops[earlier[position]]
            if first.kind is not op.kind or not self.guards.exclusive(first, op):
                continue
            if any(not self.pass_by(first, self.edit.ops[id]) for id in earlier[position + 1 :]):
                return False
            if any(not self.guards.exclusive(first, other) for other in self.others_of_bus(first)):
                return False
            if op.kind not in _VALUED:
                self.gone.add(first.id)
                self.combine(first, op)
                self.append(op.id)
            elif not self.merge_valued(first, op, earlier):
                return False
            earlier.remove(first.id)
            return True
        return False

    def pass_by(self, first: Op, between: Op) -> bool:
        """`first` may happen after `between`."""
        return first.kind is between.kind is Kind.LOAD or self.guards.exclusive(first, between)

    def others_of_bus(self, first: Op) -> list[Op]:
        """What comes after an access of a channel and belongs to the same argument: requests, words, responses."""
        stream = self.function.streams.get(first.object)
        if stream is None or not stream.bus:
            return []
        same = {s.name for s in self.function.streams.values() if s.bus and s.argument == stream.argument}
        later = [self.edit.ops[id] for id in self.order[self.place[first.id] + 1 :] if id not in self.gone]
        return [op for op in later if op.object in same - {first.object}]

    def merge_valued(self, first: Op, op: Op, earlier: list[int]) -> bool:
        """What needs the value of `first` moves behind `op`."""
        start = self.place[first.id]
        late, lines = {first.id}, set[str]()  # `lines`: those with an access that moves; later ones follow it
        stay, move = [], []
        for id in self.order[start + 1 :]:
            moved = self.edit.ops[id]
            if id in self.gone:
                continue
            line = self.line(moved)
            if line in lines or not late.isdisjoint(moved.inputs()):
                late.add(id)
                move.append(id)
                if moved.object:
                    lines.add(line)
            else:
                stay.append(id)
        if not late.isdisjoint(op.inputs()) or self.line(op) in lines:
            return False
        del self.order[start:]
        for id in stay:
            self.append(id)
        self.combine(first, op)
        self.append(op.id)
        self.edit.redirect(first.id, op.id)
        for id in move:
            self.edit.ops[id] = self.edit.resolved(self.edit.ops[id])
            self.append(id)
        return True

    def line(self, op: Op) -> str:
        """Accesses of one line keep their order: of an object; of an argument behind an AXI master, a word that is
        read waits for those written; of all streams, where a call that nobody started would show."""
        stream = self.function.streams.get(op.object)
        if stream is None:
            return op.object
        if stream.bus:
            return f"bus of {stream.argument}"
        return "streams" if self.function.runs_free else op.object

    def combine(self, first: Op, op: Op) -> None:
        """`op` happens when either does, with what belongs to it."""
        assert first.guard is not None and op.guard is not None
        args = tuple(
            y if x == y else self.new(Kind.SELECT, self.edit.ops[y].width, (first.guard, x, y), op)
            for x, y in zip(first.args, op.args, strict=True)
        )
        guard = self.new(Kind.OR, 1, (first.guard, op.guard), op)
        self.edit.ops[op.id] = replace(op, args=args, guard=guard)

    def new(self, kind: Kind, width: int, args: tuple[int, ...], like: Op) -> int:
        id = self.edit.make(kind, width, args, loc=like.loc)
        self.append(id)
        return id

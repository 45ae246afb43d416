"""One walk over a function that rewrites each operation by the rule of its kind; constants and equals become one.

Constants move to the front of the entry block, where they dominate every use. A branch by a constant is a jump.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from hlsgen.hls.cdfg.ir import COMMUTATIVE, EFFECT_KINDS, STATUS_KINDS, Branch, Editor, Function, Jump, Kind, Op
from hlsgen.hls.cdfg.semantics import evaluate

_NOT_SHARED = frozenset((Kind.PHI, Kind.READ, Kind.WRITE, Kind.STORE, Kind.COPY)) | STATUS_KINDS
_PURE = frozenset(Kind) - EFFECT_KINDS - STATUS_KINDS - {Kind.PHI, Kind.LOAD, Kind.PARAM}


class Rewriter:
    """Every operand has been rewritten when an operation is met, except what comes to a phi from behind."""

    def __init__(self, function: Function, rules: Mapping[Kind, Rule]) -> None:
        self.function, self.rules = function, rules
        self.edit = Editor(function)
        self.resolve = self.edit.resolve
        self._consts: dict[tuple[int, int], int] = {}
        self._const_order: list[int] = []
        self._known: dict[tuple[object, ...], int] = {}
        self._changes: Counter[str] = Counter()  # of each memory so far; "": of any that a function called may write
        self._calls = {name for name, stream in function.streams.items() if stream.unit}
        self._placed: list[int] = []

    def run(self) -> Function:
        """May leave blocks that nothing comes to any more."""
        edit = self.edit
        for label, block in self.function.blocks.items():
            self._known = {}
            self._placed = []
            for id in block.ops:
                self._visit(edit.resolved(edit.ops[id]))
            edit.order[label] = self._placed
            if isinstance(block.end, Branch):
                self._decide(label, block.end)
        entry = self.function.entry
        phis = [id for id in edit.order[entry] if edit.ops[id].kind is Kind.PHI]
        rest = [id for id in edit.order[entry] if edit.ops[id].kind is not Kind.PHI]
        edit.order[entry] = phis + self._const_order + rest
        return edit.finish()

    def _decide(self, label: str, end: Branch) -> None:
        condition = self.see(end.condition)
        calls = any(t in self.function.loops and self.function.loops[t].rewind for t in end.targets())
        if (condition.kind is Kind.CONST and not calls) or end.if_one == end.if_zero:  # calls go on for ever
            self.edit.ends[label] = Jump(end.if_one if condition.value else end.if_zero)

    def _visit(self, op: Op) -> None:
        if op.kind is Kind.CONST:
            first = self._consts.setdefault((op.value, op.width), op.id)
            if first == op.id:
                self._const_order.append(op.id)
            else:
                self.edit.redirect(op.id, first)
            return
        if op.kind is Kind.PHI:
            others = set(op.args) - {op.id}
            if len(others) == 1:
                self.edit.redirect(op.id, others.pop())
            else:
                self._place(op)
            return
        self.edit.ops[op.id] = op
        new = self._rewrite(op)
        if new is not None and new != op.id:
            self.edit.redirect(op.id, new)
        elif new is None:
            self._place(op)

    def _rewrite(self, op: Op) -> int | None:
        """The id that `op` becomes, or None when it stays."""
        args = self.inputs(op)
        if op.guard is not None:
            guard = self.see(op.guard)
            if guard.kind is Kind.CONST and guard.value:
                self.edit.ops[op.id] = replace(op, guard=None)
                self._visit(self.edit.ops[op.id])
                return op.id
            if guard.kind is Kind.CONST and op.kind in EFFECT_KINDS:
                return self.const(0, op.width or 1)  # never happens
        if op.kind in _PURE and args and all(arg.kind is Kind.CONST for arg in args):
            return self.const(evaluate(op, [arg.value for arg in args], [arg.width for arg in args]), op.width)
        rule = self.rules.get(op.kind)
        return rule(self, op, args) if rule else None

    def _place(self, op: Op) -> None:
        """`op` stays, unless an equal one stands before it in the block."""
        if op.kind in COMMUTATIVE and op.args[0] > op.args[1]:
            op = replace(op, args=(op.args[1], op.args[0]), signs=(op.signs[1], op.signs[0]))
        self.edit.ops[op.id] = op
        if op.kind is Kind.STORE:
            self._changes[op.object] += 1
        elif op.object in self._calls:
            self._changes[""] += 1
        shared = op.kind not in _NOT_SHARED
        state: tuple[int | None, ...] = ()
        if op.kind is Kind.LOAD:
            memory = self.function.memories[op.object]
            shared = memory.rom or not memory.external
            state = (op.guard, self._changes[op.object], self._changes[""])
        if shared:
            key = (op.kind, op.width, op.args, op.value, op.predicate, op.object, op.signs, state)
            first = self._known.setdefault(key, op.id)
            if first != op.id:
                self.edit.redirect(op.id, first)
                return
        self._placed.append(op.id)

    # ---- what the rules are written in

    def see(self, id: int) -> Op:
        """The operation that a value has become."""
        return self.edit.ops[self.resolve(id)]

    def inputs(self, op: Op) -> list[Op]:
        return [self.see(arg) for arg in op.args]

    def new(self, kind: Kind, width: int, args: tuple[int, ...], like: Op, **more: object) -> int:
        """A new operation before the one being rewritten, itself simplified."""
        op = self.edit.ops[self.edit.make(kind, width, args, loc=like.loc, name=like.name, **more)]
        done = self._rewrite(op)
        if done is not None:
            self.edit.redirect(op.id, done)
            return done
        self._place(op)
        return self.resolve(op.id)

    def const(self, value: int, width: int) -> int:
        value &= (1 << width) - 1
        id = self._consts.get((value, width))
        if id is None:
            id = self._consts[value, width] = self.edit.const(value, width)
            self._const_order.append(id)
        return id

    def slice(self, id: int, lsb: int, width: int, like: Op) -> int:
        if lsb == 0 and width == self.edit.ops[id].width:
            return id
        return self.new(Kind.SLICE, width, (id,), like, value=lsb)

    def extend(self, id: int, width: int, like: Op, *, sign: bool = False) -> int:
        if self.edit.ops[id].width == width:
            return id
        return self.new(Kind.SEXT if sign else Kind.ZEXT, width, (id,), like)

    def fit(self, a: Op, width: int, sign: bool, like: Op) -> int:
        return self.slice(a.id, 0, width, like) if a.width > width else self.extend(a.id, width, like, sign=sign)

    def invert(self, id: int, like: Op) -> int:
        return self.new(Kind.XOR, 1, (id, self.const(1, 1)), like)

    def concat(self, parts: list[tuple[int, int]], like: Op) -> int:
        """Parts (id, or 0 for zeros; width), the most significant first, as extension, concatenation or both."""
        parts = [part for part in parts if part[1]]
        total = sum(width for _, width in parts)
        lead = 0
        while parts and parts[0][0] == 0:
            lead += parts.pop(0)[1]
        if not parts:
            return self.const(0, total)
        ids = tuple(id or self.const(0, width) for id, width in parts)
        whole = ids[0] if len(ids) == 1 else self.new(Kind.CONCAT, total - lead, ids, like)
        return self.extend(whole, total, like)


Rule = Callable[[Rewriter, Op, list[Op]], int | None]

"""Folds constants, removes identities, duplicates and dead operations, and turns shifts and masks into wiring.

Runs to a fixed point. Constants move to the front of the entry block, where they dominate every use; after this
pass no shift by a constant is left (slices and concatenations are free in hardware), and an OR, XOR or ADD whose
operands have no bit in common is a concatenation.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hlsgen.hls.cdfg.ir import (
    COMMUTATIVE,
    EFFECT_KINDS,
    INVERSE_PREDICATE,
    STATUS_KINDS,
    STREAM_KINDS,
    SWAPPED_PREDICATE,
    Branch,
    Editor,
    Function,
    Jump,
    Kind,
    Op,
)
from hlsgen.hls.cdfg.semantics import evaluate, signed

_NOT_SHARED = frozenset((Kind.PHI, Kind.READ, Kind.WRITE, Kind.STORE, Kind.COPY)) | STATUS_KINDS
_PURE = frozenset(Kind) - EFFECT_KINDS - STATUS_KINDS - {Kind.PHI, Kind.LOAD, Kind.PARAM}
_LIMIT = 20  # rounds; each removes a layer, real code needs three to five


def simplify(function: Function) -> Function:
    """The same function with less in it."""
    for _ in range(_LIMIT):
        before = function
        function = remove_dead(_Round(function).run())
        if function.ops == before.ops and function.blocks == before.blocks:
            break
    return function


def remove_dead(function: Function) -> Function:
    """Without the operations that nothing observable needs. A store is needed by the loads of its memory, or by whoever
    passed the array."""
    live: set[int] = set()
    outside = {memory.name for memory in function.memories.values() if memory.external}
    work = [op.id for op in function.ops.values() if op.kind in STREAM_KINDS]
    work += [op.id for op in function.ops.values() if op.kind is Kind.STORE and op.object in outside]
    work += [block.end.condition for block in function.blocks.values() if isinstance(block.end, Branch)]
    stores: dict[str, list[int]] = {}
    for op in function.ops.values():
        if op.kind is Kind.STORE:
            stores.setdefault(op.object, []).append(op.id)
    while work:
        id = work.pop()
        if id not in live:
            live.add(id)
            op = function.ops[id]
            work.extend(op.inputs())
            if op.kind is Kind.LOAD:
                work.extend(stores.pop(op.object, ()))
    blocks = {
        label: replace(block, ops=tuple(id for id in block.ops if id in live))
        for label, block in function.blocks.items()
    }
    used = {op.object for id, op in function.ops.items() if id in live}
    passed = {other for unit in function.units for other in unit.bindings.values()}
    return replace(
        function,
        ops={id: op for id, op in function.ops.items() if id in live},
        blocks=blocks,
        memories={
            name: memory
            for name, memory in function.memories.items()
            if name in used or any(other == name or other.startswith(f"{name}_b") for other in passed)
        },
    )


class _Round:
    """One walk over the function in order; every operand has already been rewritten when an operation is met."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.edit = Editor(function)
        self.consts: dict[tuple[int, int], int] = {}
        self.const_order: list[int] = []
        self.known: dict[tuple[object, ...], int] = {}
        self.placed: list[int] = []

    def run(self) -> Function:
        edit = self.edit
        for label, block in self.function.blocks.items():
            self.known = {key: id for key, id in self.known.items() if key[0] is Kind.CONST}
            self.placed = []
            for id in block.ops:
                self.visit(edit.resolved(edit.ops[id]))
            edit.order[label] = self.placed
            end = block.end
            if isinstance(end, Branch):
                condition = edit.ops[edit.resolve(end.condition)]
                calls = any(t in self.function.loops and self.function.loops[t].rewind for t in end.targets())
                if (condition.kind is Kind.CONST and not calls) or end.if_one == end.if_zero:  # calls go on for ever
                    edit.ends[label] = Jump(end.if_one if condition.value else end.if_zero)
        entry = self.function.entry
        phis = [id for id in edit.order[entry] if edit.ops[id].kind is Kind.PHI]
        rest = [id for id in edit.order[entry] if edit.ops[id].kind is not Kind.PHI]
        edit.order[entry] = phis + self.const_order + rest
        return _drop_unreachable(edit.finish())

    def visit(self, op: Op) -> None:
        if op.kind is Kind.CONST:
            first = self.consts.setdefault((op.value, op.width), op.id)
            if first == op.id:
                self.const_order.append(op.id)
            else:
                self.become(op, first)
            return
        if op.kind is Kind.PHI:
            others = set(op.args) - {op.id}
            if len(others) == 1:
                self.become(op, others.pop())
            else:
                self.place(op)
            return
        self.edit.ops[op.id] = op
        new = self.rewrite(op)
        if new is not None and new != op.id:
            self.become(op, new)
        elif new is None:
            self.place(op)

    def become(self, op: Op, new: int) -> None:
        self.edit.redirect(op.id, new)

    def place(self, op: Op) -> None:
        """`op` stays, unless an equal one stands before it in the block."""
        if op.kind in COMMUTATIVE and op.args[0] > op.args[1]:
            op = replace(op, args=(op.args[1], op.args[0]), signs=(op.signs[1], op.signs[0]))
        self.edit.ops[op.id] = op
        shared = op.kind not in _NOT_SHARED
        if op.kind is Kind.LOAD:
            shared = op.guard is None and self.function.memories[op.object].rom
        if shared:
            key = (op.kind, op.width, op.args, op.value, op.predicate, op.object, op.signs)
            first = self.known.setdefault(key, op.id)
            if first != op.id:
                self.become(op, first)
                return
        self.placed.append(op.id)

    def new(self, kind: Kind, width: int, args: tuple[int, ...], like: Op, **more: object) -> int:
        """A new operation before the one being rewritten, itself simplified."""
        id = self.edit.make(kind, width, args, loc=like.loc, name=like.name, **more)
        op = self.edit.ops[id]
        done = self.rewrite(op)
        if done is not None:
            self.become(op, done)
            return done
        self.place(op)
        return self.edit.resolve(id)

    def const(self, value: int, width: int) -> int:
        value &= (1 << width) - 1
        id = self.consts.get((value, width))
        if id is None:
            id = self.consts[value, width] = self.edit.const(value, width)
            self.const_order.append(id)
        return id

    # ---- the rules: the id that `op` becomes, or None when it stays

    def rewrite(self, op: Op) -> int | None:
        args = [self.edit.ops[self.edit.resolve(arg)] for arg in op.args]
        if op.guard is not None:
            guard = self.edit.ops[self.edit.resolve(op.guard)]
            if guard.kind is Kind.CONST and guard.value:
                self.edit.ops[op.id] = replace(op, guard=None)
                self.visit(self.edit.ops[op.id])
                return op.id
            if guard.kind is Kind.CONST and op.kind in EFFECT_KINDS:
                return self.const(0, op.width or 1)  # never happens
        if op.kind in _PURE and args and all(arg.kind is Kind.CONST for arg in args):
            return self.const(evaluate(op, [arg.value for arg in args], [arg.width for arg in args]), op.width)
        rule = _RULES.get(op.kind)
        return rule(self, op, args) if rule else None

    def slice(self, id: int, lsb: int, width: int, like: Op) -> int:
        if lsb == 0 and width == self.edit.ops[id].width:
            return id
        return self.new(Kind.SLICE, width, (id,), like, value=lsb)

    def extend(self, id: int, width: int, like: Op, *, sign: bool = False) -> int:
        if self.edit.ops[id].width == width:
            return id
        return self.new(Kind.SEXT if sign else Kind.ZEXT, width, (id,), like)

    def invert(self, id: int, like: Op) -> int:
        return self.new(Kind.XOR, 1, (id, self.const(1, 1)), like)

    def arithmetic(self, op: Op, args: list[Op]) -> int | None:
        a, b = args
        if a.kind is Kind.CONST and op.kind in COMMUTATIVE:
            a, b = b, a
        if b.kind is Kind.CONST:
            if b.value == 0 and op.kind is not Kind.AND:
                return a.id
            if op.kind is Kind.AND:
                return self.mask(op, a, b.value)
            if op.kind is Kind.OR and b.value == (1 << op.width) - 1:
                return b.id
        if a.id == b.id:
            if op.kind in (Kind.AND, Kind.OR):
                return a.id
            if op.kind in (Kind.SUB, Kind.XOR):
                return self.const(0, op.width)
        if op.width == 1 and op.kind in (Kind.AND, Kind.OR):
            return self.logic(op, a, b)
        if op.width == 1 and op.kind in (Kind.ADD, Kind.SUB):
            return self.new(Kind.XOR, 1, (a.id, b.id), op)
        if op.kind is Kind.XOR and op.width == 1 and b.kind is Kind.CONST:
            return self.inverted(a, op)
        if op.kind in (Kind.OR, Kind.XOR, Kind.ADD):
            return self.join(op, a, b)
        return None

    def logic(self, op: Op, a: Op, b: Op) -> int | None:
        """One-bit AND and OR, of which one is here `op.kind` and the other its dual: what conditions come to."""
        dual = Kind.OR if op.kind is Kind.AND else Kind.AND
        if self.opposite(a, b):
            return self.const(op.kind is Kind.OR, 1)
        for x, y in ((a, b), (b, a)):
            if y.kind not in (op.kind, dual):
                continue
            parts = [self.edit.ops[self.edit.resolve(arg)] for arg in y.args]
            for part, rest in (parts, parts[::-1]):
                if part.id == x.id:
                    return x.id if y.kind is dual else y.id
                if self.opposite(part, x):
                    return (
                        self.new(op.kind, 1, (x.id, rest.id), op) if y.kind is dual else self.const(dual is Kind.AND, 1)
                    )
        if a.kind is b.kind is dual:
            mine, theirs = ([self.edit.ops[self.edit.resolve(arg)] for arg in each.args] for each in (a, b))
            for part, rest in (mine, mine[::-1]):
                for other, remainder in (theirs, theirs[::-1]):
                    if part.id == other.id and self.opposite(rest, remainder):
                        return part.id
        return None

    def opposite(self, a: Op, b: Op) -> bool:
        """One is the inverse of the other."""
        if a.kind is b.kind is Kind.ICMP:
            same = tuple(map(self.edit.resolve, a.args)) == tuple(map(self.edit.resolve, b.args))
            return same and a.predicate == INVERSE_PREDICATE[b.predicate]
        for x, y in ((a, b), (b, a)):
            if x.kind is Kind.XOR and y.id in map(self.edit.resolve, x.args):
                return any(self.edit.ops[self.edit.resolve(arg)].kind is Kind.CONST for arg in x.args)
        return False

    def inverted(self, a: Op, op: Op) -> int | None:
        """The inverse of a one-bit value when it is known without an inverter."""
        if a.kind is Kind.ICMP:
            return self.new(Kind.ICMP, 1, a.args, op, predicate=INVERSE_PREDICATE[a.predicate])
        if a.kind is Kind.XOR:
            inner = self.edit.ops[self.edit.resolve(a.args[1])]
            outer = self.edit.ops[self.edit.resolve(a.args[0])]
            if inner.kind is Kind.CONST:
                return outer.id
            if outer.kind is Kind.CONST:
                return inner.id
        return None

    def mask(self, op: Op, a: Op, mask: int) -> int | None:
        """AND with a constant of one run of ones is a slice between zeros."""
        if mask == 0:
            return self.const(0, op.width)
        low = (mask & -mask).bit_length() - 1
        run = mask >> low
        if run & (run + 1):
            return None
        high = low + run.bit_length()
        if low == 0 and high == op.width:
            return a.id
        return self.concat([(0, op.width - high), (self.slice(a.id, low, high - low, op), high - low), (0, low)], op)

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

    def pieces(self, id: int) -> list[tuple[int, int, int, int]]:
        """The value as pieces (place of lowest bit, width, source or 0 for zeros, lowest bit in source), low first."""
        op = self.edit.ops[id]
        match op.kind:
            case Kind.ZEXT:
                inner = self.pieces(self.edit.resolve(op.args[0]))
                filled = sum(piece[1] for piece in inner)
                return [*inner, (filled, op.width - filled, 0, 0)]
            case Kind.CONCAT:
                found, at = [], 0
                for arg in reversed(op.args):
                    for place, width, source, lsb in self.pieces(self.edit.resolve(arg)):
                        found.append((at + place, width, source, lsb))
                    at += self.edit.ops[self.edit.resolve(arg)].width
                return found
            case Kind.CONST:
                found, at = [], 0
                while at < op.width:  # runs of zeros stand apart from the rest
                    rest = op.value >> at
                    zeros = (rest & -rest).bit_length() - 1 if rest else op.width - at
                    if zeros:
                        found.append((at, zeros, 0, 0))
                        at += zeros
                        continue
                    ones = (~rest & -~rest).bit_length() - 1
                    found.append((at, ones, id, at))
                    at += ones
                return found
        return [(0, op.width, id, 0)]

    def join(self, op: Op, a: Op, b: Op) -> int | None:
        """OR, XOR or ADD of values that share no bit: wiring."""
        if not any(arg.kind in (Kind.ZEXT, Kind.CONCAT) for arg in (a, b)):
            return None
        left, right = self.pieces(a.id), self.pieces(b.id)
        edges = sorted({p[0] for p in left} | {p[0] for p in right} | {op.width})
        parts: list[tuple[int, int, int, int]] = []
        i = j = 0
        for start, stop in pairwise(edges):
            while left[i][0] + left[i][1] <= start:
                i += 1
            while right[j][0] + right[j][1] <= start:
                j += 1
            if left[i][2] and right[j][2]:
                return None
            place, _, source, lsb = left[i] if left[i][2] else right[j]
            at = lsb + start - place
            if parts and parts[-1][2] == source and (not source or parts[-1][3] + parts[-1][1] == at):
                parts[-1] = (parts[-1][0], stop - parts[-1][0], source, parts[-1][3])
            else:
                parts.append((start, stop - start, source, at))
        return self.concat(
            [(self.slice(s, lsb, width, op) if s else 0, width) for _, width, s, lsb in reversed(parts)], op
        )

    def multiply(self, op: Op, args: list[Op]) -> int | None:
        """Operands lose their extensions and what lies above the product; a power of two becomes a shift."""
        for number, (a, b) in enumerate((args, args[::-1])):
            if (
                b.kind is Kind.CONST
                and b.value & (b.value - 1) == 0
                and not (op.signs[1 - number] and b.value >> b.width - 1)
            ):
                if not b.value:
                    return self.const(0, op.width)
                whole = self.fit(a, op.width, op.signs[number], op)
                return self.new(Kind.SHL, op.width, (whole, self.const(b.value.bit_length() - 1, 32)), op)
        cut = [self.edit.ops[self.slice(arg.id, 0, min(arg.width, op.width), op)] for arg in args]
        bare = [self.bare(arg, sign, op.width) for arg, sign in zip(cut, op.signs, strict=True)]
        if all(new == arg.id for (new, _), arg in zip(bare, args, strict=True)):
            return None
        (a_id, a_sign), (b_id, b_sign) = bare
        return self.new(Kind.MUL, op.width, (a_id, b_id), op, signs=(a_sign, b_sign))

    def fit(self, a: Op, width: int, sign: bool, like: Op) -> int:
        return self.slice(a.id, 0, width, like) if a.width > width else self.extend(a.id, width, like, sign=sign)

    def bare(self, arg: Op, sign: bool, width: int) -> tuple[int, bool]:
        """A factor without its extension, and how it is to be extended."""
        whole = arg.width >= width  # then the product takes its low bits in either reading
        if arg.kind is Kind.CONST:
            value = signed(arg.value, arg.width) if sign or whole else arg.value
            bits = max(1, value.bit_length()) if value >= 0 else (-value - 1).bit_length() + 1
            return (self.const(value, bits), value < 0) if bits < arg.width else (arg.id, sign)
        inner = self.edit.resolve(arg.args[0]) if arg.kind in (Kind.SEXT, Kind.ZEXT) else 0
        if arg.kind is Kind.SEXT and (sign or whole):
            return inner, True
        if arg.kind is Kind.ZEXT:
            return inner, False
        return arg.id, sign

    def divide(self, op: Op, args: list[Op]) -> int | None:
        a, b = args
        if b.kind is not Kind.CONST or b.value == 0 or b.value & (b.value - 1):
            return None
        bits = b.value.bit_length() - 1
        if op.kind is Kind.UDIV:
            return self.extend(self.slice(a.id, bits, op.width - bits, op), op.width, op)
        return self.extend(self.slice(a.id, 0, bits, op), op.width, op) if bits else self.const(0, op.width)

    def shift(self, op: Op, args: list[Op]) -> int | None:
        a, amount = args
        if amount.kind is not Kind.CONST:
            if a.kind is Kind.CONST and a.value == 0:
                return a.id
            inner = self.edit.ops[self.edit.resolve(amount.args[0])] if amount.kind is Kind.ZEXT else None
            if inner is not None:  # the amount's own width is enough
                return self.new(op.kind, op.width, (a.id, inner.id), op)
            return None
        by, width = amount.value, op.width
        if by == 0:
            return a.id
        if op.kind is Kind.ASHR:
            by = min(by, width - 1)
            return self.extend(self.slice(a.id, by, width - by, op), width, op, sign=True)
        if by >= width:
            return self.const(0, width)
        if op.kind is Kind.LSHR:
            return self.extend(self.slice(a.id, by, width - by, op), width, op)
        return self.concat([(self.slice(a.id, 0, width - by, op), width - by), (0, by)], op)

    def compare(self, op: Op, args: list[Op]) -> int | None:
        a, b = args
        if a.id == b.id:
            return self.const(op.predicate in ("eq", "ule", "uge", "sle", "sge"), 1)
        if a.kind is Kind.CONST:
            return self.new(Kind.ICMP, 1, (b.id, a.id), op, predicate=SWAPPED_PREDICATE[op.predicate])
        if b.kind is Kind.CONST:
            value, width = signed(b.value, b.width), b.width
            always = _foregone(op.predicate, b)
            if always is not None:
                return self.const(always, 1)
            if (op.predicate in ("slt", "sge") and value == 0) or (op.predicate in ("sgt", "sle") and value == -1):
                sign = self.slice(a.id, width - 1, 1, op)
                return sign if op.predicate in ("slt", "sle") else self.invert(sign, op)
            if width == 1 and op.predicate in ("eq", "ne"):
                return a.id if (op.predicate == "eq") == bool(b.value) else self.invert(a.id, op)
            if op.predicate in ("eq", "ne") and a.kind in (Kind.ADD, Kind.SUB):
                moved = self.without_step(a, b)
                if moved is not None:
                    return self.new(Kind.ICMP, 1, moved, op, predicate=op.predicate)
        return self.narrow_compare(op, a, b)

    def without_step(self, a: Op, b: Op) -> tuple[int, int] | None:
        """`x + c == d` as `x == d - c`: without waiting for the sum."""
        x, y = (self.edit.ops[self.edit.resolve(arg)] for arg in a.args)
        if a.kind is Kind.ADD and x.kind is Kind.CONST:
            x, y = y, x
        if y.kind is Kind.CONST:
            return x.id, self.const(b.value - y.value if a.kind is Kind.ADD else b.value + y.value, b.width)
        if x.kind is Kind.CONST and a.kind is Kind.SUB:
            return y.id, self.const(x.value - b.value, b.width)
        return None

    def narrow_compare(self, op: Op, a: Op, b: Op) -> int | None:
        """A compare of extended values is one of the values themselves."""
        unsigned = not op.predicate.startswith("s")
        kind = a.kind
        if kind not in (Kind.ZEXT, Kind.SEXT) or (kind is Kind.SEXT and unsigned and op.predicate not in ("eq", "ne")):
            return None
        inner = self.edit.ops[self.edit.resolve(a.args[0])]
        sign = kind is Kind.SEXT
        if b.kind is kind:
            other = self.edit.ops[self.edit.resolve(b.args[0])]
            width = max(inner.width, other.width)
            left, right = (self.extend(x.id, width, op, sign=sign) for x in (inner, other))
        elif b.kind is Kind.CONST:
            value = signed(b.value, b.width) if sign else b.value
            low, high = (-(1 << inner.width - 1), 1 << inner.width - 1) if sign else (0, 1 << inner.width)
            if not low <= value < high:
                return self.out_of_range(op, a, b)
            left, right = inner.id, self.const(value, inner.width)
        else:
            return None
        predicate = op.predicate if sign or unsigned else "u" + op.predicate[1:]
        return self.new(Kind.ICMP, 1, (left, right), op, predicate=predicate)

    def out_of_range(self, op: Op, a: Op, b: Op) -> int:
        """Compare of an extended value with a constant that it can never reach: any value of it decides."""
        return self.const(evaluate(op, [0, b.value], [a.width, b.width]), 1)

    def choose(self, op: Op, args: list[Op]) -> int | None:
        condition, one, zero = args
        if condition.kind is Kind.CONST:
            return one.id if condition.value else zero.id
        if one.id == zero.id:
            return one.id
        if op.width == 1 and one.kind is Kind.CONST and zero.kind is Kind.CONST:
            return condition.id if one.value else self.invert(condition.id, op)
        if op.width == 1 and zero.kind is Kind.CONST and not zero.value:
            return self.new(Kind.AND, 1, (condition.id, one.id), op)
        if op.width == 1 and one.kind is Kind.CONST and one.value:
            return self.new(Kind.OR, 1, (condition.id, zero.id), op)
        if condition.kind is Kind.XOR:  # an inverted condition swaps the arms
            plain = self.inverted(condition, op)
            if plain is not None:
                return self.new(Kind.SELECT, op.width, (plain, zero.id, one.id), op)
        for arm, keep in ((one, True), (zero, False)):  # the same condition again inside an arm
            if arm.kind is Kind.SELECT and self.edit.resolve(arm.args[0]) == condition.id:
                inner = self.edit.resolve(arm.args[1 if keep else 2])
                both = (condition.id, inner, zero.id) if keep else (condition.id, one.id, inner)
                return self.new(Kind.SELECT, op.width, both, op)
            rest = self.decided(arm, condition, keep)
            if rest is not None:
                both = (condition.id, rest, zero.id) if keep else (condition.id, one.id, rest)
                return self.new(Kind.SELECT, op.width, both, op)
        return self.continued(condition, one, zero)

    def decided(self, arm: Op, condition: Op, holds: bool) -> int | None:
        """A select in an arm, with the part of its condition that the outer one decides left out."""
        inner = self.edit.ops[self.edit.resolve(arm.args[0])] if arm.kind is Kind.SELECT else None
        if inner is None or inner.kind not in (Kind.AND, Kind.OR):
            return None
        parts = [self.edit.ops[self.edit.resolve(arg)] for arg in inner.args]
        for part, other in (parts, parts[::-1]):
            same = part.id == condition.id
            if (same or self.opposite(part, condition)) and (same == holds) == (inner.kind is Kind.AND):
                arms = tuple(map(self.edit.resolve, arm.args[1:]))
                return self.new(Kind.SELECT, arm.width, (other.id, *arms), arm)
        return None

    def continued(self, condition: Op, one: Op, zero: Op) -> int | None:
        """`x == c ? c : x`, and `x == c ? v : x + d` when x + d is v at c: a counter that wraps by itself."""
        if condition.kind is not Kind.ICMP:
            return None
        subject, limit = (self.edit.ops[self.edit.resolve(arg)] for arg in condition.args)
        if limit.kind is not Kind.CONST:
            return None
        top = (1 << limit.width) - 1
        if condition.predicate == "eq" or (condition.predicate, limit.value) == ("uge", top):
            fixed, moving = one, zero
        elif condition.predicate == "ne" or (condition.predicate, limit.value) == ("ult", top):
            fixed, moving = zero, one
        else:
            return None
        if moving.id == subject.id:
            return moving.id if fixed.id == limit.id else None
        if fixed.kind is not Kind.CONST or moving.kind is not Kind.ADD:
            return None
        parts = [self.edit.ops[self.edit.resolve(arg)] for arg in moving.args]
        for x, step in (parts, parts[::-1]):
            if x.id == subject.id and step.kind is Kind.CONST:
                wraps = (limit.value + step.value) % (1 << limit.width) == fixed.value
                return moving.id if wraps else None
        return None

    def wire(self, op: Op, args: list[Op]) -> int | None:
        """SEXT, ZEXT."""
        a = args[0]
        inner = self.edit.resolve(a.args[0]) if a.args else 0
        if a.kind is Kind.ZEXT or (a.kind is Kind.SEXT and op.kind is Kind.SEXT):
            return self.new(a.kind, op.width, (inner,), op)
        return None

    def cut(self, op: Op, args: list[Op]) -> int | None:
        """SLICE."""
        a, lsb, width = args[0], op.value, op.width
        if lsb == 0 and width == a.width:
            return a.id
        first = self.edit.resolve(a.args[0]) if a.args else 0
        match a.kind:
            case Kind.SLICE:
                return self.slice(first, a.value + lsb, width, op)
            case Kind.ZEXT | Kind.SEXT:
                has = self.edit.ops[first].width
                if lsb + width <= has:
                    return self.slice(first, lsb, width, op)
                if lsb < has:
                    kept = self.slice(first, lsb, has - lsb, op)
                    return self.extend(kept, width, op, sign=a.kind is Kind.SEXT)
                if a.kind is Kind.ZEXT:
                    return self.const(0, width)
                return self.extend(self.slice(first, has - 1, 1, op), width, op, sign=True)
            case Kind.CONCAT:
                parts, at = [], a.width
                for arg in map(self.edit.resolve, a.args):
                    has = self.edit.ops[arg].width
                    at -= has
                    low, high = max(lsb, at), min(lsb + width, at + has)
                    if low < high:
                        parts.append((self.slice(arg, low - at, high - low, op), high - low))
                return self.concat(parts, op)
            case Kind.AND | Kind.OR | Kind.XOR | Kind.SELECT if self.cheap_to_split(a):
                arms = [self.edit.resolve(arg) for arg in a.args]
                head = arms[:1] if a.kind is Kind.SELECT else []
                tail = [self.slice(arg, lsb, width, op) for arg in arms[len(head) :]]
                return self.new(a.kind, width, (*head, *tail), op)
        return None

    def cheap_to_split(self, a: Op) -> bool:
        """A bitwise operation on wiring: slicing it first leaves less of it."""
        wiring = (Kind.ZEXT, Kind.SEXT, Kind.CONCAT, Kind.CONST)
        return any(self.edit.ops[self.edit.resolve(arg)].kind in wiring for arg in a.args[-2:])

    def flatten(self, op: Op, args: list[Op]) -> int | None:
        """CONCAT of concatenations, and of neighbouring slices of one value."""
        if any(arg.kind is Kind.CONCAT for arg in args):
            flat = [id for arg in args for id in (arg.args if arg.kind is Kind.CONCAT else (arg.id,))]
            return self.new(Kind.CONCAT, op.width, tuple(map(self.edit.resolve, flat)), op)
        if len(args) == 1:
            return args[0].id
        for k, (high, low) in enumerate(pairwise(args)):
            merged = None
            if high.kind is Kind.CONST and low.kind is Kind.CONST:
                merged = self.const(high.value << low.width | low.value, high.width + low.width)
            elif high.kind is Kind.SLICE and low.kind is Kind.SLICE and low.value + low.width == high.value:
                source = self.edit.resolve(high.args[0])
                if source == self.edit.resolve(low.args[0]):
                    merged = self.slice(source, low.value, high.width + low.width, op)
            if merged is not None:
                rest = (*(a.id for a in args[:k]), merged, *(a.id for a in args[k + 2 :]))
                return self.new(Kind.CONCAT, op.width, rest, op) if len(rest) > 1 else merged
        return None


_RULES = {
    **dict.fromkeys((Kind.ADD, Kind.SUB, Kind.AND, Kind.OR, Kind.XOR), _Round.arithmetic),
    **dict.fromkeys((Kind.SHL, Kind.LSHR, Kind.ASHR), _Round.shift),
    **dict.fromkeys((Kind.UDIV, Kind.UREM), _Round.divide),
    Kind.MUL: _Round.multiply,
    Kind.ICMP: _Round.compare,
    Kind.SELECT: _Round.choose,
    Kind.SEXT: _Round.wire,
    Kind.ZEXT: _Round.wire,
    Kind.SLICE: _Round.cut,
    Kind.CONCAT: _Round.flatten,
}


def _foregone(predicate: str, limit: Op) -> bool | None:
    """What `x predicate limit` is for every x, when `limit` is the least or the greatest value."""
    sign = 1 << limit.width - 1 if predicate.startswith("s") else 0
    from_least = limit.value ^ sign  # signed order is unsigned order with the sign bit inverted
    if from_least == 0 and predicate[1:] in ("lt", "ge"):
        return predicate[1:] == "ge"
    if from_least == (1 << limit.width) - 1 and predicate[1:] in ("gt", "le"):
        return predicate[1:] == "le"
    return None


def _drop_unreachable(function: Function) -> Function:
    """Without blocks that a folded branch cut off, and without their phi entries."""
    reached, work = {function.entry}, [function.entry]
    while work:
        for target in function.blocks[work.pop()].end.targets():
            if target not in reached:
                reached.add(target)
                work.append(target)
    predecessors = function.predecessors()
    ops, blocks = {}, {}
    for label, block in function.blocks.items():
        if label not in reached:
            continue
        blocks[label] = block
        arriving = {origin for origin in predecessors[label] if origin in reached}
        for id in block.ops:
            op = function.ops[id]
            if op.kind is Kind.PHI and set(op.blocks) != arriving:
                kept = [(arg, origin) for arg, origin in zip(op.args, op.blocks, strict=True) if origin in arriving]
                op = replace(op, args=tuple(arg for arg, _ in kept), blocks=tuple(origin for _, origin in kept))
            ops[id] = op
    loops = {
        header: replace(loop, blocks=loop.blocks & reached)
        for header, loop in function.loops.items()
        if any(header in function.blocks[label].end.targets() for label in loop.blocks & reached)
    }
    return replace(function, ops=ops, blocks=blocks, loops=loops)

"""Gives each access of a partitioned array of several dimensions one index for each of them.

C++ and LLVM count elements through the whole array (`a[i + 1][j - 1]` of rows of 16 may have become 16 i + j + 15), so
accesses come with one row-major index. What of it belongs to which dimension follows from its linear form: a term
that whole rows divide chooses the row; what is left is a place in the row when its range says so, or when something
else chooses the row already (C++ does not let an index leave its row). Anything else is divided.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

from hlsgen.hls.cdfg.affine import Forms, Range
from hlsgen.hls.cdfg.guards import Guards
from hlsgen.hls.cdfg.ir import INVERSE_PREDICATE, MEMORY_KINDS, Editor, Function, Kind, Memory, Op
from hlsgen.hls.passes.known_ranges import known_ranges

_Part = tuple[int, tuple[tuple[int, int], ...]]  # constant and terms: (value, factor)


def split_indices(function: Function) -> Function:
    """The same function, with an index per dimension where an array is partitioned."""
    flat = [op for op in function.ops.values() if op.kind in MEMORY_KINDS and _is_flat(function, op)]
    return _Splitting(function).run() if flat else function


def _is_flat(function: Function, op: Op) -> bool:
    return len(function.memories[op.object].shape) > 1 and _count(op) == 1


def _count(op: Op) -> int:
    return len(op.args) - (op.kind is Kind.STORE)


class _Splitting:
    def __init__(self, function: Function) -> None:
        self.function = function
        self.edit = Editor(function)
        self.ranges = known_ranges(function)
        self.guards = Guards(function.ops)
        self.known: dict[int, Range] = {}
        self.placed: list[int] = []
        self.loc = function.loc

    def run(self) -> Function:
        for label, block in self.function.blocks.items():
            self.placed = []
            ops = [self.function.ops[id] for id in block.ops]
            flat = [op.args[0] for op in ops if op.kind in MEMORY_KINDS and _is_flat(self.function, op)]
            self.forms = Forms(self.function, label, flat, self.ranges, inductions=False)
            for op in ops:
                if op.kind in MEMORY_KINDS and _is_flat(self.function, op):
                    self.loc = op.loc
                    self.known = self.under(op.guard)
                    index = self.index(op.args[0], self.function.memories[op.object])
                    self.edit.ops[op.id] = replace(op, args=(*index, *op.args[1:]))
                self.placed.append(op.id)
            self.edit.order[label] = self.placed
        return self.edit.finish()

    def index(self, flat: int, memory: Memory) -> tuple[int, ...]:
        form = self.forms.form[flat]
        half = 1 << form.width - 1
        constant = (form.constant + half) % (2 * half) - half
        terms = tuple((symbol, (factor + half) % (2 * half) - half) for symbol, factor in form.terms)
        found = self.split((constant, terms), memory.shape)
        if found is None:
            return self.divided(flat, memory.shape)
        return tuple(self.build(part, extent) for part, extent in zip(found, memory.shape, strict=True))

    def split(self, whole: _Part, shape: tuple[int, ...]) -> list[_Part] | None:
        """A part for each dimension; None when a place in a row cannot be told from rows."""
        found: list[_Part] = []
        constant, terms = whole
        chosen = False
        for dim in range(len(shape) - 1):
            row = prod(shape[dim + 1 :])
            outer = tuple((symbol, factor // row) for symbol, factor in terms if factor % row == 0)
            terms = tuple((symbol, factor) for symbol, factor in terms if factor % row)
            chosen = chosen or bool(outer)
            low, high = self.span(constant, terms)
            if shape[dim] == 1 and not outer:
                rows = 0
            elif low // row == high // row or (not outer and high - low == row and low % row == 0):
                rows = low // row  # a counter that runs to its bound: C++ does not read or write behind a row
            elif chosen and self.wide(terms, row):
                rows = _nearest(constant, row)
            else:
                return None
            found.append((rows, outer))
            constant -= rows * row
        return [*found, (constant, terms)]

    def wide(self, terms: tuple[tuple[int, int], ...], row: int) -> bool:
        """The range of what is left says nothing, for it is longer than a row anyway."""
        low, high = self.span(0, terms)
        return high - low >= row

    def span(self, constant: int, terms: tuple[tuple[int, int], ...]) -> Range:
        """Lowest and highest of a part, where its access happens."""
        low = high = constant
        for symbol, factor in terms:
            least, most = self.known.get(symbol) or self.forms.range_of(symbol)
            low += factor * (least if factor > 0 else most)
            high += factor * (most if factor > 0 else least)
        return low, high

    def under(self, guard: int | None) -> dict[int, Range]:
        """Ranges of values that a guard compares with constants, when it holds."""
        found: dict[int, Range] = {}
        for what, holds in self.guards.conjuncts(guard, True) if guard is not None else ():
            if not isinstance(what, tuple) or what[0] != "icmp":
                continue
            (_, predicate, (subject, limit)) = what
            bound = self.function.ops[limit]
            low, high = found.get(subject) or self.forms.range_of(subject)
            if bound.kind is not Kind.CONST or low < 0 or bound.value >> (bound.width - 1):
                continue
            found[subject] = _narrowed(predicate if holds else INVERSE_PREDICATE[predicate], low, high, bound.value)
        return found

    def divided(self, flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
        width = max(1, (prod(shape) - 1).bit_length())
        rest = self.resize(flat, width, self.forms.range_of(flat))
        found = []
        for dim in range(len(shape) - 1):
            if shape[dim] == 1:  # a row is as long as all of it
                found.append(self.const(0, 1))
                continue
            row = self.const(prod(shape[dim + 1 :]), width)
            found.append(self.narrowed(self.make(Kind.UDIV, width, (rest, row)), shape[dim]))
            rest = self.make(Kind.UREM, width, (rest, row))
        return (*found, self.narrowed(rest, shape[-1]))

    # ---- operations

    def build(self, part: _Part, extent: int) -> int:
        """A linear form modulo the next power of two of the extent."""
        width = max(1, (extent - 1).bit_length())
        constant, terms = part
        total: int | None = None
        for symbol, factor in terms:
            value = self.resize(symbol, width, self.forms.range_of(symbol))
            if factor != 1:
                value = self.make(Kind.MUL, width, (value, self.const(factor, width)))
            total = value if total is None else self.make(Kind.ADD, width, (total, value))
        if total is None:
            return self.const(constant, width)
        return self.make(Kind.ADD, width, (total, self.const(constant, width))) if constant else total

    def narrowed(self, id: int, extent: int) -> int:
        return self.resize(id, max(1, (extent - 1).bit_length()), (0, 0))

    def resize(self, id: int, width: int, range_: Range) -> int:
        has = self.edit.ops[id].width
        if has == width:
            return id
        return self.make(Kind.SLICE if has > width else Kind.SEXT if range_[0] < 0 else Kind.ZEXT, width, (id,))

    def const(self, value: int, width: int) -> int:
        id = self.edit.const(value, width)
        self.placed.append(id)
        return id

    def make(self, kind: Kind, width: int, args: tuple[int, ...]) -> int:
        id = self.edit.make(kind, width, args, loc=self.loc)
        self.placed.append(id)
        return id


def _narrowed(predicate: str, low: int, high: int, bound: int) -> Range:
    """What is left of an interval of numbers from 0 on that compare with `bound` in this way."""
    match predicate:
        case "eq":
            return bound, bound
        case "ne":
            return (low + 1, high) if low == bound else (low, high - 1) if high == bound else (low, high)
        case "ult" | "slt":
            return low, min(high, bound - 1)
        case "ule" | "sle":
            return low, min(high, bound)
        case "ugt" | "sgt":
            return max(low, bound + 1), high
        case _:
            return max(low, bound), high


def _nearest(constant: int, row: int) -> int:
    """How many rows a constant is, when what is left may point half a row back or ahead."""
    rows = (abs(constant) + (row - 1) // 2) // row
    return rows if constant >= 0 else -rows

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
from hlsgen.hls.cdfg.congruence import residues
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
        self.residues = residues(function, self.ranges)
        self.guards = Guards(function.ops)
        self.known: dict[int, Range] = {}
        self.placed: list[int] = []
        self.header = ""  # of the loop in every iteration of which the access happens
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
                    loop = self.function.loops.get(label)
                    always = op.guard is None and loop is not None and loop.blocks == {label}
                    self.header = label if always else ""
                    index = self.index(op.args[0], self.function.memories[op.object])
                    self.edit.ops[op.id] = replace(op, args=(*index, *op.args[1:]))
                self.placed.append(op.id)
            self.edit.order[label] = self.placed
        return self.edit.finish()

    def index(self, flat: int, memory: Memory) -> tuple[int, ...]:
        whole = self.whole(flat, prod(memory.shape))
        found = self.split(whole, memory) if whole is not None else None
        if found is None:
            return self.divided(flat, memory.shape)
        return tuple(self.build(part, extent) for part, extent in zip(found, memory.shape, strict=True))

    def whole(self, flat: int, size: int) -> _Part | None:
        """The index as a sum. Known is each number of it without what lies above its width: of the two that it may be,
        one below zero and one above, those are meant with which the sum stays an index; None where neither does."""
        form = self.forms.form[flat]
        end = 1 << form.width
        for lowest in (-(end >> 1), 0):
            constant = (form.constant - lowest) % end + lowest
            terms = tuple((symbol, (factor - lowest) % end + lowest) for symbol, factor in form.terms)
            low, high = self.span(constant, terms)
            if (low >= 0 and high < end) or (lowest and size <= end >> 1):
                return constant, terms
        return None

    def split(self, whole: _Part, memory: Memory) -> list[_Part] | None:
        """A part for each dimension; None when a place in a row cannot be told from rows."""
        found: list[_Part] = []
        constant, terms = whole
        shape = memory.shape
        chosen = False
        for dim in range(len(shape) - 1):
            row = prod(shape[dim + 1 :])
            outer = tuple((symbol, factor // row) for symbol, factor in terms if factor % row == 0)
            terms = tuple((symbol, factor) for symbol, factor in terms if factor % row)
            chosen = chosen or bool(outer)
            low, high = self.span(constant, terms)
            if shape[dim] == 1 and not outer:
                rows = 0
            elif low // row == high // row or (
                not outer and high - low == row and low % row == 0 and self.counts(terms, row)
            ):
                rows = low // row
            elif chosen and not memory.walked and self.says_nothing(terms, shape) and not self.hide_rows(terms, row):
                nearest = self.rows_in(constant, terms, row)
                if nearest is None:
                    return None
                rows = nearest
            else:
                return None
            found.append((rows, outer))
            constant -= rows * row
        return [*found, (constant, terms)]

    def rows_in(self, constant: int, terms: tuple[tuple[int, int], ...], row: int) -> int | None:
        """The rows in a constant: `a[i][j + 9]` and `a[i + 1][j - 3]` may be the same sum.

        What is left is a place in a row when the counters in it start. Where the access need not happen then, the least
        that they may be has to mean the nearest row, too. None: that tells nothing.
        """
        starts = [self.start(symbol) for symbol, _ in terms]
        low = first = constant
        for (symbol, factor), (_, start) in zip(terms, starts, strict=True):
            least, most = self.known.get(symbol) or self.forms.range_of(symbol)
            first += factor * (start or 0)
            low += factor * (max(least, least if start is None else start) if factor > 0 else most)
        if all(header == self.header and start is not None for header, start in starts):
            return first // row
        nearest = _nearest(constant, row)
        return nearest if constant == nearest * row or low // row == nearest else None

    def start(self, symbol: int) -> tuple[str, int | None]:
        """The header of the loop in which a symbol counts, and what from, when that is a constant."""
        phi = self.function.ops[symbol]
        for header, loop in self.function.loops.items() if phi.kind is Kind.PHI else ():
            if symbol in self.function.blocks[header].ops:
                outside = {arg for label, arg in zip(phi.blocks, phi.args, strict=True) if label not in loop.blocks}
                ops = [self.function.ops[arg] for arg in outside]
                same = len({(op.kind, op.value) for op in ops}) == 1
                if same and ops[0].kind is Kind.CONST and not ops[0].value >> (phi.width - 1):
                    return header, ops[0].value
        return "", None

    def counts(self, terms: tuple[tuple[int, int], ...], row: int) -> bool:
        """It is the counter of a loop of `row` iterations, of whose range the last number is the one that ends it."""
        if len(terms) != 1 or terms[0][1] != 1:
            return False
        counter = self.function.ops[terms[0][0]]
        if counter.kind is not Kind.PHI:
            return False
        nexts = [self.function.ops[arg] for arg in counter.args if counter.id in self.function.ops[arg].args]
        by_one = any(
            op.kind is Kind.ADD
            and any(
                (of := self.function.ops[arg]).kind is Kind.CONST and of.value in (1, (1 << of.width) - 1)
                for arg in op.args
            )
            for op in nexts
        )
        headers = [h for h in self.function.loops if counter.id in self.function.blocks[h].ops]
        return by_one and any(self.function.loops[header].trip_count == row for header in headers)

    def hide_rows(self, terms: tuple[tuple[int, int], ...], row: int) -> bool:
        return any(self.hides_rows(symbol, factor, row) for symbol, factor in terms)

    def hides_rows(self, symbol: int, factor: int, row: int) -> bool:
        """Whole rows may be in it: it is computed in a way that no sum says, or it is the same in every row."""
        residue = self.residues.get(symbol)
        if residue is not None and residue.modulus * factor % row == 0:
            return True
        op = self.function.ops[symbol]
        while op.kind in (Kind.SLICE, Kind.ZEXT, Kind.SEXT):
            op = self.function.ops[op.args[0]]
        return op.kind not in (Kind.PHI, Kind.READ, Kind.LOAD, Kind.PARAM)

    def says_nothing(self, terms: tuple[tuple[int, int], ...], shape: tuple[int, ...]) -> bool:
        """The range of what is left is as long as the array: what else exceeds a row was meant to."""
        low, high = self.span(0, terms)
        return high - low + max(abs(factor) for _, factor in terms) >= prod(shape)

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

"""Values as sums of other values modulo 2^32: how far along an array an access lies, and how many there were before.

A term is a value that is not taken apart, read as an unsigned or as a signed number. Values of fewer than 32 bits are
numbers within their ranges: a sum of them is taken apart only where it cannot wrap around.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .affine import Range
from .ir import Function, Kind, Op
from .partings import Partings

WIDTH = 32
_MASK = (1 << WIDTH) - 1
_OPEN = frozenset((
    Kind.ADD, Kind.SUB, Kind.MUL, Kind.SHL, Kind.OR, Kind.ZEXT, Kind.SEXT, Kind.SLICE, Kind.SELECT,
    Kind.PHI,
))  # fmt: skip

Term = tuple[int, bool]  # an operation, and whether it is read as a signed number


@dataclass(frozen=True, slots=True)
class Sum:
    """`constant` + sum of factor * term, modulo 2^32; factors in 1..2^32 - 1, terms sorted."""

    constant: int = 0
    terms: tuple[tuple[Term, int], ...] = ()

    @staticmethod
    def of(constant: int, terms: Mapping[Term, int]) -> Sum:
        kept = sorted((term, factor & _MASK) for term, factor in terms.items() if factor & _MASK)
        return Sum(constant & _MASK, tuple(kept))

    def plus(self, other: Sum, times: int = 1) -> Sum:
        terms = dict(self.terms)
        for term, factor in other.terms:
            terms[term] = terms.get(term, 0) + times * factor
        return Sum.of(self.constant + times * other.constant, terms)

    def times(self, by: int) -> Sum:
        return Sum().plus(self, by)

    def with_values(self, values: Mapping[Term, Sum]) -> Sum:
        """Terms replaced by sums."""
        total = Sum(self.constant)
        for term, factor in self.terms:
            total = total.plus(values.get(term, Sum.of(0, {term: 1})), factor)
        return total

    def divided(self, by: int) -> tuple[Sum, int] | None:
        """Quotient and a constant remainder, of a sum that does not wrap around; None where there is none."""
        if any(_centred(factor) % by for _, factor in self.terms):
            return None
        quotient, rest = divmod(_centred(self.constant), by)
        return Sum.of(quotient, {term: _centred(factor) // by for term, factor in self.terms}), rest


class Sums:
    """The sums of the values of one function. ranges: as in `known_ranges`."""

    def __init__(self, function: Function, ranges: Mapping[int, Range]) -> None:
        self.ops, self.ranges = function.ops, {**ranges, **_short_counters(function)}
        self.partings, self.loops, self.home = Partings(function), function.loops, function.home()
        self.known: dict[Term, Sum] = {}
        self.phi_zeros: dict[int, int] = {}

    def of(self, id: int, sign: bool = False) -> Sum:
        """The value as a number, read as signed if `sign` (without recursion: chains may be long)."""
        work = [self.term(id, sign)]
        while work:
            term = work[-1]
            if term in self.known:
                work.pop()
                continue
            op = self.ops[term[0]]
            needs = [each for each in self.needs(op, term[1]) if each not in self.known]
            if needs:
                work += needs
                continue
            self.known[term] = self.opened(op, term[1]) or Sum.of(0, {term: 1})
            work.pop()
        return self.known[self.term(id, sign)]

    def term(self, id: int, sign: bool) -> Term:
        return id, sign and self.ops[id].width < WIDTH

    def needs(self, op: Op, sign: bool) -> list[Term]:
        if op.kind not in _OPEN:
            return []
        return [self.term(arg, each) for arg, each in self.readings(op, sign)]

    def readings(self, op: Op, sign: bool) -> list[tuple[int, bool]]:
        """The operands of which a sum is made, each with how it is read."""
        match op.kind:
            case Kind.ZEXT | Kind.SEXT:
                return [(op.args[0], op.kind is Kind.SEXT)]
            case Kind.PHI:
                parting = None if self.home[op.id] in self.loops else self.partings.of(self.home[op.id])
                if parting is None:
                    return []
                one, zero = (op.args[op.blocks.index(origin)] for origin in (parting.one, parting.zero))
                return [(parting.condition, False), (one, sign), (zero, sign)]
            case Kind.SELECT:
                return [(op.args[0], False), (op.args[1], sign), (op.args[2], sign)]
            case Kind.MUL:
                signs = [s if self.ops[a].width < op.width else sign for a, s in zip(op.args, op.signs, strict=True)]
                return list(zip(op.args, signs, strict=True))
            case Kind.SHL:
                return [(op.args[0], sign), (op.args[1], False)]
        return [(arg, sign) for arg in op.args]

    def range(self, id: int, sign: bool) -> Range:
        op = self.ops[id]
        half = 1 << (op.width - 1)
        if op.kind is Kind.CONST:
            value = op.value - 2 * half if sign and op.value >= half else op.value
            return value, value
        low, high = self.ranges.get(id, (0, 2 * half - 1))
        if op.kind is Kind.SLICE and op.value == 0:
            least, most = self.ranges.get(op.args[0], (low, high))
            low, high = (least, most) if low <= least and most <= high else (low, high)
        if sign:
            return (low, high) if high < half else (-half, half - 1)
        return (low, high) if low >= 0 else (0, 2 * half - 1)

    def opened(self, op: Op, sign: bool) -> Sum | None:
        if op.kind is Kind.CONST:
            return Sum.of(self.range(op.id, sign)[0], {})
        if op.kind not in _OPEN:
            return None
        found = self.readings(op, sign)
        args = [self.known[self.term(*each)] for each in found]
        spans = [self.range(*each) for each in found]
        match op.kind:
            case Kind.ADD:
                (a, b), (x, y) = args, spans
                if self.fits(op, sign, x[0] + y[0], x[1] + y[1]):
                    return a.plus(b)
                if not sign and self.ops[op.args[1]].kind is Kind.CONST:  # something less
                    less = self.range(op.args[1], True)[0]
                    return a.plus(Sum.of(less, {})) if self.fits(op, sign, x[0] + less, x[1] + less) else None
            case Kind.SUB if self.fits(op, sign, spans[0][0] - spans[1][1], spans[0][1] - spans[1][0]):
                return args[0].plus(args[1], -1)
            case Kind.MUL:
                for one, other in ((0, 1), (1, 0)):
                    if not args[other].terms and self.ops[op.args[other]].kind is Kind.CONST:
                        by = spans[other][0]
                        ends = [by * end for end in spans[one]]
                        if self.fits(op, sign, min(ends), max(ends)):
                            return args[one].times(by)
            case Kind.SHL if self.ops[op.args[1]].kind is Kind.CONST and spans[1][0] < WIDTH:
                by = 1 << spans[1][0]
                if self.fits(op, sign, by * spans[0][0], by * spans[0][1]):
                    return args[0].times(by)
            case Kind.OR if not sign or op.width >= WIDTH:
                for one, other in ((0, 1), (1, 0)):
                    if spans[other][0] >= 0 and spans[other][1] < 1 << self.zeros(args[one]):
                        return args[one].plus(args[other])
            case Kind.ZEXT | Kind.SEXT if self.fits(op, sign, *spans[0]):
                return args[0]
            case Kind.SLICE if op.value == 0 and self.fits(op, sign, *spans[0]):
                return args[0]
            case Kind.SELECT | Kind.PHI if args:
                return self.either(found[0][0], args[1], args[2])
        return None

    def either(self, condition: int, one: Sum, zero: Sum) -> Sum | None:
        """What is `one` where the condition holds, else `zero`, when they differ by a constant."""
        step = one.plus(zero, -1)
        return None if step.terms else zero.plus(self.of(condition), step.constant)

    def zeros(self, sum: Sum, but: int = 0) -> int:
        """How many of the low bits are 0 for certain, if those of the value `but` are."""
        found = [_zeros(sum.constant)]
        found += [_zeros(factor) + self.zeros_of(id) for (id, _), factor in sum.terms if id != but]
        return min(WIDTH, *found)

    def zeros_of(self, id: int) -> int:
        """Of a counter: what it starts from and what is added to it tell."""
        if self.ops[id].kind is not Kind.PHI:
            return 0
        if id not in self.phi_zeros:
            self.phi_zeros[id] = 0  # as long as nothing is known
            self.phi_zeros[id] = min(self.zeros(self.of(arg), id) for arg in self.ops[id].args)
        return self.phi_zeros[id]

    def fits(self, op: Op, sign: bool, low: int, high: int) -> bool:
        """Whether the number is the value that the operation has room for: modulo 2^32 it always is."""
        half = 1 << (op.width - 1)
        bottom, top = (-half, half - 1) if sign else (0, 2 * half - 1)
        return op.width >= WIDTH or (bottom <= low and high <= top)


def _short_counters(function: Function) -> dict[int, Range]:
    """Counters from a constant by a constant, in a loop of a known number of iterations, that are cut to fewer bits and
    widened again in every iteration, and yet never wrap around."""
    found: dict[int, Range] = {}
    for loop in function.loops.values():
        for phi in (function.ops[id] for id in function.blocks[loop.header].ops if loop.trip_count):
            inside = {arg for arg, origin in zip(phi.args, phi.blocks, strict=False) if origin in loop.blocks}
            starts = {arg for arg, origin in zip(phi.args, phi.blocks, strict=False) if origin not in loop.blocks}
            if len(inside) != 1 or len(starts) != 1:
                continue
            first, at = function.ops[starts.pop()], function.ops[inside.pop()]
            step, width = 0, phi.width
            while at.id != phi.id and at.kind in (Kind.ZEXT, Kind.SLICE, Kind.ADD):
                added = function.ops[at.args[1]] if at.kind is Kind.ADD else None
                if at.value or (added is not None and added.kind is not Kind.CONST):
                    break
                step += added.value if added is not None else 0
                width = min(width, at.width)
                at = function.ops[at.args[0]]
            assert loop.trip_count is not None
            if at.id == phi.id and first.kind is Kind.CONST and first.value + step * loop.trip_count < 1 << width:
                found[phi.id] = (first.value, first.value + step * (loop.trip_count - 1))
    return found


def _centred(value: int) -> int:
    value &= _MASK
    return value - (1 << WIDTH) if value >> (WIDTH - 1) else value


def _zeros(value: int) -> int:
    return (value & -value).bit_length() - 1 if value else WIDTH

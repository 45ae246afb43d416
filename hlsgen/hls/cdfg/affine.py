"""Values as linear forms, constant + sum of coefficient * symbol modulo 2^width, and when two of them can be equal.

A symbol is a value that is not taken apart: what a memory delivers, an argument, a phi of another block. It is an
integer within an interval, read as signed when that reaches below 0. `ITERATION` is the number of the iteration of
one loop, from 0 on: its induction variables become start + step * ITERATION, also when they wrap around.

W. Pugh, "A practical algorithm for exact array dependence analysis" (1992) solves more; here one congruence in an
interval is enough, because a memory has one address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import gcd

from .ir import INVERSE_PREDICATE, SWAPPED_PREDICATE, Branch, Function, Kind, Op
from .semantics import signed

ITERATION = -1  # the symbol; operations have positive numbers
NEVER = 0  # as a distance
_FAR = 128  # iterations up to which distances are told apart; farther ones count as this far
_ENDLESS = 1 << 80  # more iterations than any loop has
_OPEN = frozenset((
    Kind.CONST, Kind.COPY, Kind.ADD, Kind.SUB, Kind.MUL, Kind.SHL, Kind.LSHR, Kind.OR, Kind.XOR, Kind.ZEXT,
    Kind.SEXT, Kind.SELECT, Kind.SLICE, Kind.CONCAT, Kind.UDIV, Kind.UREM,
))  # fmt: skip

Range = tuple[int, int]  # lowest and highest value


@dataclass(frozen=True, slots=True)
class Linear:
    """`constant` + sum of coefficient * symbol, modulo 2^width; the terms in the order of their symbols."""

    width: int
    constant: int
    terms: tuple[tuple[int, int], ...] = ()

    def coefficient(self, symbol: int) -> int:
        return next((factor for other, factor in self.terms if other == symbol), 0)

    def __str__(self) -> str:
        parts = [f"{factor}*{'n' if symbol == ITERATION else f'%{symbol}'}" for symbol, factor in self.terms]
        return " + ".join([*parts, str(self.constant)]) + f" mod 2^{self.width}"


class Forms:
    """Linear forms of values as block `label` sees them: the body of a loop of `trip_count` iterations (None: unknown,
    or no loop). ranges: intervals of values by operation, where they are known to be smaller than their width. Without
    `inductions` all symbols are operations.
    """

    def __init__(
        self,
        function: Function,
        label: str,
        values: Iterable[int],
        ranges: Mapping[int, Range],
        trip_count: int | None = None,
        inductions: bool = True,
    ) -> None:
        self.function, self.label, self.ranges = function, label, ranges
        self.inside = frozenset(function.blocks[label].ops)
        self.loops = inductions and label in function.blocks[label].end.targets()
        self.iterations = trip_count if trip_count is not None else _ENDLESS
        self.steps: dict[int, int] = {}  # induction phi -> what an iteration adds
        self._bounds: dict[tuple[tuple[int, int], ...], Range] = {}  # of sums that stay closer than their terms say
        self._known: dict[int, Linear] = {}
        wanted = list(values)
        if self.loops:
            self._find_inductions(wanted)
        self.form = {id: self._of(id) for id in wanted}

    # ---- what the forms are made of

    def varies(self, symbol: int) -> bool:
        """The symbol may have another value in every iteration."""
        return symbol in self.inside or ITERATION - symbol in self.inside

    def range_of(self, symbol: int) -> Range:
        if symbol == ITERATION:
            return 0, self.iterations - 1
        if symbol < ITERATION:  # the unsigned reading
            return 0, (1 << self.function.ops[ITERATION - symbol].width) - 1
        return self._range(symbol)

    def span(self, constant: int, terms: Iterable[tuple[int, int]]) -> Range:
        """Lowest and highest value, as integers."""
        low = high = constant
        terms = tuple(terms)
        if terms in self._bounds:
            low, high = self._bounds[terms]
            return constant + low, constant + high
        for symbol, factor in terms:
            least, most = self.range_of(symbol)
            low += factor * (least if factor > 0 else most)
            high += factor * (most if factor > 0 else least)
        return low, high

    def lifted(self, form: Linear, width: int, sign: bool = False) -> Linear | None:
        """The same value as a form modulo 2^width, a larger one; None when it may wrap around before."""
        if width <= form.width:
            return _reduced(width, form.constant, dict(form.terms))
        low, high = self.span(form.constant, form.terms)
        bottom = -(1 << form.width - 1) if sign else 0
        turns = low - bottom >> form.width << form.width
        if high - turns >= bottom + (1 << form.width):
            return None
        return Linear(width, form.constant - turns, form.terms)

    def at_width(self, id: int, width: int) -> Linear:
        """The form of one of `values`, of at most `width` bits, as an unsigned number modulo 2^width."""
        known = self.lifted(self.form[id], width)
        if known is None:
            return Linear(width, 0, ((id if self._range(id)[0] >= 0 else ITERATION - id, 1),))
        return _reduced(width, known.constant, dict(known.terms))

    def _range(self, id: int) -> Range:
        width = self.function.ops[id].width
        return self.ranges.get(id, (0, (1 << width) - 1))

    # ---- inductions

    def _find_inductions(self, wanted: list[int]) -> None:
        """Phis of the loop to which every iteration adds the same constant."""
        phis: list[Op] = []
        seen = set(wanted)
        work = list(seen)
        while work:
            op = self.function.ops[work.pop()]
            if op.kind is Kind.PHI and op.id in self.inside:
                phis.append(op)
            elif op.kind not in _OPEN:
                continue
            for arg in op.args:
                if arg not in seen:
                    seen.add(arg)
                    work.append(arg)
        waiting = {phi.id: self._of(phi.args[phi.blocks.index(self.label)]) for phi in phis}
        for phi in phis:
            if waiting[phi.id].terms == ((phi.id, 1),):
                self.steps[phi.id] = waiting.pop(phi.id).constant
                self._bound_iterations(phi, self.steps[phi.id])
        while found := [id for id, following in waiting.items() if self._lags(id, following)]:
            for id in found:
                ((leader, _),) = waiting.pop(id).terms
                self.steps[id] = self.steps[leader]
        self._known = {}

    def _lags(self, id: int, following: Linear) -> bool:
        """The phi is where another induction was an iteration before, plus a constant, from its start on."""
        if len(following.terms) != 1 or following.terms[0][1] != 1 or following.terms[0][0] not in self.steps:
            return False
        leader = following.terms[0][0]
        if following.width > self.function.ops[leader].width:
            return False
        mine, first = self._start(id), self._start(leader)
        if mine is None or first is None:
            return False
        before = first.constant - self.steps[leader] + following.constant
        return _reduced(following.width, before, dict(first.terms)) == mine

    def _start(self, phi: int) -> Linear | None:
        """The form that a phi of the loop starts with, if it is the same on every way in."""
        op = self.function.ops[phi]
        starts = [self._of(arg) for arg, origin in zip(op.args, op.blocks, strict=True) if origin != self.label]
        same = all(start == starts[0] for start in starts)
        return _reduced(op.width, starts[0].constant, dict(starts[0].terms)) if same else None

    def _bound_iterations(self, phi: Op, step: int) -> None:
        """A counter that stays in its interval without wrapping around makes only so many steps."""
        low, high = self._range(phi.id)
        bottom = -(1 << phi.width - 1) if low < 0 else 0
        top = bottom + (1 << phi.width) - 1
        if step and bottom <= low + min(step, 0) and high + max(step, 0) <= top:
            self.iterations = min(self.iterations, (high - low) // abs(step) + 1)

    # ---- forms

    def _of(self, root: int) -> Linear:
        """The form of `root`, those of its operands first (without recursion: chains may be long)."""
        known, ops = self._known, self.function.ops
        stack = [root]
        while stack:
            id = stack[-1]
            if id in known:
                stack.pop()
                continue
            op = ops[id]
            needs: tuple[int, ...] = op.args if op.kind in _OPEN else ()
            if id in self.steps:
                needs = tuple(arg for arg, origin in zip(op.args, op.blocks, strict=True) if origin != self.label)
            missing = [arg for arg in needs if arg not in known]
            if missing:
                stack += missing
                continue
            known[id] = self._induction(op, needs) if id in self.steps else self._form(op) or self._symbol(op)
            stack.pop()
        return known[root]

    def _symbol(self, op: Op) -> Linear:
        low, high = self._range(op.id)
        return Linear(op.width, low) if low == high else Linear(op.width, 0, ((op.id, 1),))

    def _induction(self, op: Op, starts: tuple[int, ...]) -> Linear:
        first = self._known[starts[0]]
        if any(self._known[start] != first for start in starts):
            return self._symbol(op)
        form = _reduced(op.width, first.constant, {**dict(first.terms), ITERATION: self.steps[op.id]})
        self._stay(op, starts[0], form)
        return form

    def _stay(self, op: Op, start: int, form: Linear) -> None:
        """A counter that the loop leaves before it wraps around is its form as an integer, within its interval."""
        low, high = self._range(op.id)
        least, most = self.span(form.constant, tuple(t for t in form.terms if t[0] != ITERATION))
        if low < 0 or least < 0 or most >= 1 << op.width or not self._leaves_in_time(op, start):
            return
        self.iterations = min(self.iterations, high - low + 1)
        self._bounds[form.terms] = low - form.constant, high - form.constant

    def _leaves_in_time(self, op: Op, start: int) -> bool:
        """Whether another iteration never begins with a counter by ones that has wrapped around (unsigned)."""
        end = self.function.blocks[self.label].end
        assert isinstance(end, Branch)
        test = self.function.ops[end.condition]
        following = op.args[op.blocks.index(self.label)]
        step = self.steps[op.id]
        if test.kind is not Kind.ICMP or abs(step) != 1:
            return False
        predicate = test.predicate if end.if_one == self.label else INVERSE_PREDICATE[test.predicate]
        subject, bound = test.args
        if bound in (op.id, following):
            subject, bound, predicate = bound, subject, SWAPPED_PREDICATE[predicate]
        limit = self.function.ops[bound]
        last = (1 << op.width) - 1 if step == 1 else 0
        stops = predicate == ("ult" if step == 1 else "ugt")
        if subject == op.id:  # it is not the last value when another iteration begins
            return stops or (predicate == "ne" and limit.kind is Kind.CONST and limit.value == last)
        low, high = self._range(start)
        return subject == following and stops and low >= 0 and (high if step == 1 else low) != last

    def _form(self, op: Op) -> Linear | None:
        """The form of an operation from those of its operands; None when it has none."""
        if op.kind not in _OPEN:
            return None
        args = [self._known[arg] for arg in op.args]
        by = _value(args[1]) if len(args) == 2 else None
        match op.kind:
            case Kind.CONST:
                return _reduced(op.width, op.value, {})
            case Kind.COPY:
                return args[0]
            case Kind.ADD:
                return _sum(op.width, args[0], args[1], 1)
            case Kind.SUB:
                return _sum(op.width, args[0], args[1], -1)
            case Kind.MUL:
                wide = [self.lifted(a, op.width, sign) for a, sign in zip(args, op.signs, strict=True)]
                for a, b in ((wide[0], wide[1]), (wide[1], wide[0])):
                    if a is not None and b is not None and not b.terms:
                        return _scaled(a, b.constant)
            case Kind.SHL if by is not None:
                return _scaled(args[0], 1 << min(by, op.width))
            case Kind.OR:
                for form, mask in ((args[0], _value(args[1])), (args[1], _value(args[0]))):
                    if mask is not None and _is_multiple(form, 1 << mask.bit_length()):  # where one has zeros
                        return _sum(op.width, form, Linear(op.width, mask), 1)
            case Kind.XOR:
                for form, mask in ((args[0], _value(args[1])), (args[1], _value(args[0]))):
                    if mask == (1 << op.width) - 1:
                        return _sum(op.width, Linear(op.width, -1), form, -1)
                    if mask == 1 << op.width - 1:  # the carry of the top bit is lost
                        return _sum(op.width, Linear(op.width, mask), form, 1)
            case Kind.SELECT:
                step = _sum(op.width, args[1], args[2], -1)
                choice = self.lifted(args[0], op.width)
                if not step.terms and choice is not None:  # if zero + step * choice
                    return _sum(op.width, args[2], _scaled(choice, step.constant), 1)
            case Kind.ZEXT | Kind.SEXT:
                return self.lifted(args[0], op.width, op.kind is Kind.SEXT)
            case Kind.SLICE:
                return self._quotient(_reduced(op.value + op.width, args[0].constant, dict(args[0].terms)), op)
            case Kind.LSHR if by is not None and by < op.width:
                whole = self.lifted(args[0], op.width + 1)
                return whole and self._divided(whole, 1 << by, op.width)[0]
            case Kind.UDIV | Kind.UREM if by:
                whole = self.lifted(args[0], op.width + 1)
                return whole and self._divided(whole, by, op.width)[op.kind is Kind.UREM]
            case Kind.CONCAT:
                total = args[0]
                for part in args[1:]:
                    width = total.width + part.width
                    low = self.lifted(part, width)
                    if low is None:
                        return None
                    total = _sum(width, _reduced(width, *_times(total, 1 << part.width)), low, 1)
                return total
        return None

    def _quotient(self, form: Linear, op: Op) -> Linear | None:
        return self._divided(form, 1 << op.value, op.width)[0] if op.value else form

    def divided(self, form: Linear, by: int, width: int) -> tuple[Linear, Linear] | None:
        """Quotient and remainder modulo 2^width of an exact form (see `lifted`) by a constant, where both are forms."""
        quotient, rest = self._divided(form, by, width)
        return None if quotient is None or rest is None else (quotient, rest)

    def _divided(self, form: Linear, by: int, width: int) -> tuple[Linear | None, Linear | None]:
        """Quotient and remainder by a constant: terms that it divides, and a rest that stays below it."""
        whole = {symbol: factor // by for symbol, factor in form.terms if factor % by == 0}
        rest = {symbol: factor for symbol, factor in form.terms if factor % by}
        steps, constant = divmod(form.constant, by)
        low, high = self.span(constant, rest.items())
        turns = low // by
        if high - turns * by >= by:
            return None, None
        return _reduced(width, steps + turns, whole), _reduced(width, constant - turns * by, rest)

    # ---- collisions

    def may_meet(self, a: Linear, b: Linear) -> bool:
        """The two can be equal in the same iteration (or visit of the block)."""
        difference = _sum(a.width, a, b, -1)
        return self._can_be_zero(a.width, difference.constant, [(f, *self.range_of(s)) for s, f in difference.terms])

    def distance(self, a: Linear, b: Linear) -> int:
        """The least d >= 1 such that `a` in some iteration can equal `b` d iterations later; `NEVER` if none.

        Beyond a limit the limit is returned, which is less than the true distance.
        """
        invariant: dict[int, int] = {}
        terms: list[tuple[int, int, int]] = []  # (factor, least, most)
        for form, sign in ((a, 1), (b, -1)):
            for symbol, factor in form.terms:
                if symbol == ITERATION:
                    continue
                if self.varies(symbol):
                    terms.append((sign * factor, *self.range_of(symbol)))
                else:
                    invariant[symbol] = invariant.get(symbol, 0) + sign * factor
        terms += [(_centred(f, a.width), *self.range_of(s)) for s, f in invariant.items() if f % (1 << a.width)]
        step, drift = b.coefficient(ITERATION), a.coefficient(ITERATION) - b.coefficient(ITERATION)
        constant = a.constant - b.constant
        farthest = self.iterations - 1
        if not terms and not drift:
            return _first_multiple(step, constant, a.width, farthest)
        for d in range(1, min(farthest, _FAR) + 1):
            moving = [*terms, (drift, 0, farthest - d)] if drift else terms
            if self._can_be_zero(a.width, constant - step * d, moving):
                return d
        return NEVER if farthest <= _FAR else _FAR + 1

    @staticmethod
    def _can_be_zero(width: int, constant: int, terms: list[tuple[int, int, int]]) -> bool:
        """Whether constant + sum of factor * x, x in least..most, can be 0 modulo 2^width (if unsure, yes).

        The sum lies in an interval and is a multiple of the greatest common divisor, beyond its offset.
        """
        low = high = constant
        common = 0
        for factor, least, most in terms:
            low += factor * (least if factor > 0 else most)
            high += factor * (most if factor > 0 else least)
            if least != most:
                common = gcd(common, factor)
        modulus = 1 << width
        first = -(-low // modulus)  # multiples of the modulus in the interval: first .. last
        last = high // modulus
        if first > last:
            return False
        if not common:
            return True  # low == high, a multiple
        # first <= k <= last with k * modulus = low modulo `common`
        shared = gcd(modulus, common)
        if low % shared:
            return False
        period = common // shared
        if period == 1:
            return True
        k = low // shared * pow(modulus // shared, -1, period) % period
        return first + (k - first) % period <= last


def _first_multiple(step: int, constant: int, width: int, farthest: int) -> int:
    """The least d in 1..farthest with step * d = constant modulo 2^width, `NEVER` if there is none."""
    modulus = 1 << width
    shared = gcd(step, modulus)  # of 0 and the modulus: the modulus
    if constant % shared:
        return NEVER
    period = modulus // shared
    d = constant // shared * pow(step // shared, -1, period) % period if period > 1 else 0
    d = d or period
    return d if d <= farthest else NEVER


def _value(form: Linear) -> int | None:
    """The unsigned value of a form without symbols."""
    return None if form.terms else form.constant & (1 << form.width) - 1


def _is_multiple(form: Linear, of: int) -> bool:
    return not any(part % of for part in (form.constant, *(factor for _, factor in form.terms)))


def _centred(factor: int, width: int) -> int:
    """The reading modulo 2^width that is nearest to 0."""
    factor &= (1 << width) - 1
    return factor if factor <= 1 << (width - 1) else factor - (1 << width)


def _reduced(width: int, constant: int, terms: Mapping[int, int]) -> Linear:
    centred = ((symbol, _centred(factor, width)) for symbol, factor in sorted(terms.items()))
    return Linear(width, signed(constant & (1 << width) - 1, width), tuple(t for t in centred if t[1]))


def _sum(width: int, a: Linear, b: Linear, sign: int) -> Linear:
    terms = dict(a.terms)
    for symbol, factor in b.terms:
        terms[symbol] = terms.get(symbol, 0) + sign * factor
    return _reduced(width, a.constant + sign * b.constant, terms)


def _times(form: Linear, by: int) -> tuple[int, dict[int, int]]:
    return form.constant * by, {symbol: factor * by for symbol, factor in form.terms}


def _scaled(form: Linear, by: int) -> Linear:
    return _reduced(form.width, *_times(form, by))

"""Loops that count, one in the other: how often they run, and values as linear forms of their iteration numbers.

Forms are modulo 2^width, so that a counter cut down to an index is as good as the counter. Nothing is assumed of
overflow: where a narrow value is extended, its range has to be known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hlsgen.hls.graph import Dominance

from .ir import Branch, Function, Kind, Loop, Op

_MOVABLE = frozenset(Kind) - {
    Kind.PHI, Kind.LOAD, Kind.STORE, Kind.READ, Kind.WRITE, Kind.READABLE, Kind.WRITABLE, Kind.PARAM,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """constant + sum of steps[header] * iteration number + sum of terms[operation] * value, modulo 2^width."""

    width: int
    constant: int
    steps: dict[str, int] = field(default_factory=dict)
    terms: dict[int, int] = field(default_factory=dict)

    def step(self, header: str) -> int:
        """What an iteration of that loop adds, as the number nearest to 0."""
        return centred(self.steps.get(header, 0), self.width)


@dataclass(frozen=True, slots=True)
class Trips:
    """How often a loop runs: `count`, or when that is None, by how its condition compares.

    In iteration n the value `tested` (an operation) is tested against `bound`; it grows by `step` in an iteration.
    """

    count: int | None
    predicate: str = ""  # the loop goes on while `tested` predicate `bound`
    tested: int = 0
    bound: int = 0
    step: int = 0


def centred(value: int, width: int) -> int:
    value &= (1 << width) - 1
    return value - (1 << width) if value >> (width - 1) else value


class Nests:
    """Facts about the loops of one function."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.home = function.home()
        self.dominance = Dominance(
            {label: block.end.targets() for label, block in function.blocks.items()}, function.entry
        )
        self.predecessors = function.predecessors()

    def around(self, label: str) -> list[Loop]:
        """The loops that a block lies in, the innermost first."""
        found = [loop for loop in self.function.loops.values() if label in loop.blocks]
        return sorted(found, key=lambda loop: len(loop.blocks))

    def latches(self, loop: Loop) -> list[str]:
        return [label for label in self.predecessors[loop.header] if label in loop.blocks]

    def entries(self, loop: Loop) -> list[str]:
        return [label for label in self.predecessors[loop.header] if label not in loop.blocks]

    def runs_through(self, loop: Loop) -> bool:
        """The only way out is the end of the one latch: every iteration that begins ends there."""
        latches = self.latches(loop)
        blocks = self.function.blocks
        leaving = [label for label in loop.blocks if any(t not in loop.blocks for t in blocks[label].end.targets())]
        return len(latches) == 1 and leaving == latches

    def every_iteration(self, label: str, loop: Loop) -> bool:
        """The block runs in every iteration; once, when no other loop is between."""
        return all(self.dominance.dominates(label, latch) for latch in self.latches(loop))

    # ---- what does not change

    def invariant(self, id: int, blocks: frozenset[str]) -> bool:
        """The value is the same throughout `blocks`, and can be computed before them."""
        work, seen = [id], set()
        while work:
            op = self.function.ops[work.pop()]
            if op.id in seen or self.home[op.id] not in blocks:
                continue
            seen.add(op.id)
            if op.kind not in _MOVABLE:
                return False
            work.extend(op.args)
        return True

    def induction(self, op: Op, loop: Loop) -> tuple[int, int] | None:
        """(start, step) of a phi of the loop's header to which every iteration adds a constant."""
        if op.kind is not Kind.PHI or self.home[op.id] != loop.header:
            return None
        first, following = self.first(op, loop), self.following(op, loop)
        if first is None or following is None:
            return None
        step, at = 0, following
        while at != op.id:
            made = self.function.ops[at]
            if made.kind not in (Kind.ADD, Kind.SUB):
                return None
            constants = [k for k in (1, 0)[: 2 if made.kind is Kind.ADD else 1] if self.is_constant(made.args[k])]
            if not constants:
                return None
            by = self.function.ops[made.args[constants[0]]].value
            step += by if made.kind is Kind.ADD else -by
            at = made.args[1 - constants[0]]
        return first, centred(step, op.width)

    def first(self, phi: Op, loop: Loop) -> int | None:
        """What a phi of the loop's header is in the first iteration, if that is one value."""
        outside = {arg for arg, origin in zip(phi.args, phi.blocks, strict=True) if origin not in loop.blocks}
        return outside.pop() if len(outside) == 1 else None

    def following(self, phi: Op, loop: Loop) -> int | None:
        """What a phi of the loop's header becomes in the next iteration, if that is one value."""
        inside = {arg for arg, origin in zip(phi.args, phi.blocks, strict=True) if origin in loop.blocks}
        return inside.pop() if len(inside) == 1 else None

    def zeros(self, id: int) -> int:
        """How many of the low bits of a value are 0 for certain: of counters, and of what is made of them."""
        op = self.function.ops[id]
        match op.kind:
            case Kind.CONST:
                return _zeros(op.value, op.width)
            case Kind.PHI:
                loop = self.function.loops.get(self.home[id])
                found = self.induction(op, loop) if loop is not None else None
                return min(self.zeros(found[0]), _zeros(found[1], op.width)) if found else 0
            case Kind.ADD | Kind.SUB:
                return min(map(self.zeros, op.args))
            case Kind.SHL if self.is_constant(op.args[1]):
                return min(op.width, self.zeros(op.args[0]) + self.function.ops[op.args[1]].value)
            case Kind.ZEXT | Kind.SEXT | Kind.COPY:
                return self.zeros(op.args[0])
        return 0

    def is_constant(self, id: int) -> bool:
        return self.function.ops[id].kind is Kind.CONST

    # ---- trips

    def trips(self, loop: Loop) -> Trips | None:
        """How often the loop runs, None when its end is not a comparison of a counter."""
        if not self.runs_through(loop):
            return None
        if loop.trip_count is not None:
            return Trips(loop.trip_count)
        end = self.function.blocks[self.latches(loop)[0]].end
        if not isinstance(end, Branch):
            return None
        test = self.function.ops[end.condition]
        if test.kind is not Kind.ICMP:
            return None
        predicate = test.predicate if end.if_one == loop.header else _INVERSE[test.predicate]
        left, right = test.args
        for tested, bound, name in ((left, right, predicate), (right, left, _SWAPPED[predicate])):
            form = Forms(self, (loop,)).of(tested, self.function.ops[tested].width)
            if form is None or not self.invariant(bound, loop.blocks):
                continue
            step = form.step(loop.header)
            size = abs(step)
            if name == "ne" and size == 1:
                return Trips(None, name, tested, bound, step)
            upwards = {"slt": 1, "ult": 1, "sgt": -1, "ugt": -1, "sle": 1, "ule": 1, "sge": -1, "uge": -1}.get(name, 0)
            if size and size & (size - 1) == 0 and upwards * step > 0:
                return Trips(None, name, tested, bound, step)
        return None


_INVERSE = {
    "eq": "ne", "ne": "eq", "ult": "uge", "uge": "ult", "ugt": "ule", "ule": "ugt", "slt": "sge", "sge": "slt",
    "sgt": "sle", "sle": "sgt",
}  # fmt: skip
_SWAPPED = {
    "eq": "eq", "ne": "ne", "ult": "ugt", "ugt": "ult", "ule": "uge", "uge": "ule", "slt": "sgt", "sgt": "slt",
    "sle": "sge", "sge": "sle",
}  # fmt: skip


class Forms:
    """Linear forms of values in the innermost of `loops`, which lie one in the other; None where a value has none."""

    def __init__(self, nests: Nests, loops: Iterable[Loop]) -> None:
        self.nests, self.function = nests, nests.function
        self.loops = {loop.header: loop for loop in loops}
        self.outermost = max(self.loops.values(), key=lambda loop: len(loop.blocks)).blocks
        self.known: dict[tuple[int, int], Form | None] = {}

    def of(self, id: int, width: int) -> Form | None:
        """The low `width` bits of the value."""
        if (id, width) not in self.known:
            self.known[id, width] = None  # of a value that depends on itself
            self.known[id, width] = self._form(self.function.ops[id], width)
        return self.known[id, width]

    def _form(self, op: Op, width: int) -> Form | None:
        if self.nests.invariant(op.id, self.outermost):
            if op.kind is Kind.CONST:
                return Form(width, op.value & ((1 << width) - 1))
            return self._opened(op, width) or Form(width, 0, {}, {op.id: 1})
        return self._opened(op, width)

    def _opened(self, op: Op, width: int) -> Form | None:
        """The form by what the operation is made of."""
        match op.kind:
            case Kind.PHI:
                loop = self.loops.get(self.nests.home[op.id])
                if loop is None:
                    return None
                found = self.nests.induction(op, loop)
                if found is None:
                    return self._behind(op, loop, width)
                start = self.of(found[0], width)
                return start and _sum(start, Form(width, 0, {loop.header: found[1]}), 1)
            case Kind.ADD | Kind.SUB:
                left, right = (self.of(arg, width) for arg in op.args)
                return left and right and _sum(left, right, 1 if op.kind is Kind.ADD else -1)
            case Kind.MUL:
                a, b = (self._extended(arg, width, sign) for arg, sign in zip(op.args, op.signs, strict=True))
                for x, y in ((a, b), (b, a)):
                    if x is not None and y is not None and not y.steps and not y.terms:
                        return _scaled(x, y.constant)
            case Kind.SHL if self.nests.is_constant(op.args[1]):
                form = self.of(op.args[0], width)
                return form and _scaled(form, 1 << min(self.function.ops[op.args[1]].value, width))
            case Kind.OR | Kind.XOR:  # of bits that the other does not have: LLVM's and our own way to add
                left, right = (self.of(arg, width) for arg in op.args)
                for form, small in ((left, right), (right, left)):
                    if form and small and not small.steps and not small.terms:
                        low = (1 << small.constant.bit_length()) - 1
                        span = self.span(form)
                        below = span is not None and span[1] < small.constant & -small.constant
                        if below or not any(number & low for number in _numbers(form)):
                            return _sum(form, small, 1)
                    span = self.span(small) if form and small else None
                    if form and small and span is not None and span[1] < 1 << self.zeros(form):
                        return _sum(form, small, 1)
            case Kind.SLICE if op.value == 0:
                return self.of(op.args[0], width)
            case Kind.SLICE:
                whole = self.of(op.args[0], op.value + width)
                if whole and not any(n & ((1 << op.value) - 1) for n in _numbers(whole)[1:]):
                    steps = {header: step >> op.value for header, step in whole.steps.items()}
                    terms = {id: factor >> op.value for id, factor in whole.terms.items()}
                    return _reduced(width, whole.constant >> op.value, steps, terms)
            case Kind.COPY:
                return self.of(op.args[0], width)
            case Kind.ZEXT | Kind.SEXT:
                return self._extended(op.args[0], width, op.kind is Kind.SEXT)
            case Kind.CONCAT:
                total, at = Form(width, 0), 0
                for arg in reversed(op.args):
                    if at < width:
                        part = self._extended(arg, width - at, False)
                        if part is None:
                            return None
                        total = _sum(total, _scaled(Form(width, part.constant, part.steps, part.terms), 1 << at), 1)
                    at += self.function.ops[arg].width
                return total
        return None

    def _behind(self, op: Op, loop: Loop, width: int) -> Form | None:
        """A phi that has what a counter had in the iteration before, and starts as if that went on backwards."""
        first, later = self.nests.first(op, loop), self.nests.following(op, loop)
        start, form = (None, None) if first is None or later is None else (self.of(first, width), self.of(later, width))
        if start is None or form is None:
            return None
        shifted = _sum(form, Form(width, form.steps.get(loop.header, 0)), -1)
        at_start = Form(
            width, shifted.constant, {h: s for h, s in shifted.steps.items() if h != loop.header}, shifted.terms
        )
        return shifted if at_start == start else None

    def _extended(self, id: int, width: int, sign: bool) -> Form | None:
        """The value extended to `width` bits: its own form when that cannot wrap."""
        has = self.function.ops[id].width
        if has >= width:
            return self.of(id, width)
        form = self.of(id, has)
        span = self.span(form, sign) if form is not None else None
        return None if form is None or span is None else Form(width, span[0], _centred(form.steps, has))

    def zeros(self, form: Form) -> int:
        """How many of the low bits of a form are 0 for certain."""
        found = [form.width, *(_zeros(each, form.width) for each in (form.constant, *form.steps.values()))]
        found += [_zeros(factor, form.width) + self.nests.zeros(id) for id, factor in form.terms.items()]
        return min(found)

    def span(self, form: Form, sign: bool = False) -> tuple[int, int] | None:
        """(constant, highest value) of a form of known counts as integers that do not wrap; None if that is not so."""
        if form.terms:
            return None
        first = centred(form.constant, form.width) if sign else form.constant & ((1 << form.width) - 1)
        low = high = first
        for header in form.steps:
            if not form.step(header):
                continue
            loop = self.loops[header]
            if loop.trip_count is None or not self.nests.runs_through(loop):
                return None
            reach = form.step(header) * (loop.trip_count - 1)
            low, high = low + min(reach, 0), high + max(reach, 0)
        bottom = -(1 << (form.width - 1)) if sign else 0
        return (first, high) if low >= bottom and high < bottom + (1 << form.width) else None


def _zeros(value: int, width: int) -> int:
    return (value & -value).bit_length() - 1 if value else width


def _centred(steps: dict[str, int], width: int) -> dict[str, int]:
    return {header: centred(step, width) for header, step in steps.items()}


def _numbers(form: Form) -> list[int]:
    return [form.constant, *form.steps.values(), *form.terms.values()]


def _sum(a: Form, b: Form, sign: int) -> Form:
    steps, terms = dict(a.steps), dict(a.terms)
    for header, step in b.steps.items():
        steps[header] = steps.get(header, 0) + sign * step
    for symbol, factor in b.terms.items():
        terms[symbol] = terms.get(symbol, 0) + sign * factor
    return _reduced(a.width, a.constant + sign * b.constant, steps, terms)


def _scaled(form: Form, by: int) -> Form:
    steps = {header: step * by for header, step in form.steps.items()}
    return _reduced(form.width, form.constant * by, steps, {id: factor * by for id, factor in form.terms.items()})


def _reduced(width: int, constant: int, steps: dict[str, int], terms: dict[int, int]) -> Form:
    mask = (1 << width) - 1
    return Form(
        width,
        constant & mask,
        {header: step & mask for header, step in steps.items() if step & mask},
        {id: factor & mask for id, factor in terms.items() if factor & mask},
    )

"""Division and remainder become adders, one per bit of the quotient (`divide.py`), or a product with a reciprocal.

Where iterations of a pipelined loop overlap, all steps are there side by side. Elsewhere one piece of hardware does a
large division a few bits a cycle: its block is cut in two, and a loop of its own goes between them. Divisions of a
block that do not need each other share the loop and so happen at the same time. A quotient and a remainder of the
same operands are one division. Operands have the bits that their ranges need; the signs of a signed division are
taken off before and put back behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.ir import (
    MEMORY_KINDS,
    STATUS_KINDS,
    STREAM_KINDS,
    Block,
    Branch,
    Editor,
    Function,
    Jump,
    Kind,
    Loop,
    Op,
    Terminator,
)
from hlsgen.hls.cdfg.semantics import signed as as_signed

from .divide import divide, divide_by_constant, divide_signed_by_constant, restore, start, step
from .emit import Emitter
from .narrow import Interval, value_ranges

_QUOTIENTS = frozenset((Kind.UDIV, Kind.SDIV))
_SIGNED = frozenset((Kind.SDIV, Kind.SREM))
DIVISIONS = frozenset((Kind.UDIV, Kind.SDIV, Kind.UREM, Kind.SREM))
_ORDERED = MEMORY_KINDS | STREAM_KINDS | STATUS_KINDS
_LARGE = 100  # adder bits of all steps together, above which a loop is smaller
_FEW_STEPS = 3  # that many bits of a quotient by a constant are cheaper as steps than as a product


def expand_division(function: Function, target: Target) -> Function:
    """The same function without division and remainder. Divided by zero they give anything."""
    if not any(op.kind in DIVISIONS for op in function.ops.values()):
        return function
    return _Expansion(function, target).run()


@dataclass(frozen=True, slots=True)
class _Plan:
    """One division: of magnitudes of so many bits, after the signs are off."""

    op: Op  # the first of those that share it
    signed: bool  # an operand may be negative
    dividend_bits: int
    divisor_bits: int
    quotient_bits: int

    @property
    def steps_bits(self) -> int:
        return self.quotient_bits * (self.divisor_bits + 1)


@dataclass(slots=True)
class _Running:
    """A division under way: magnitudes of its operands, then what its steps leave."""

    plan: _Plan
    users: list[Op]
    dividend: int = 0
    divisor: int = 0
    remainder: int = 0  # the last partial remainder
    inverted: int = 0  # the quotient with its bits inverted, perhaps with ones above
    signs: tuple[int, int] = (0, 0)  # of the operands


class _Expansion:
    def __init__(self, function: Function, target: Target) -> None:
        self.function, self.target = function, target
        self.edit = Editor(function)
        self.ranges = value_ranges(function)
        self.blocks: dict[str, list[int]] = {}
        self.ends: dict[str, Terminator] = {}
        self.loops = dict(function.loops)
        self.last: dict[str, str] = {}  # label of a block -> of its last part
        self.side_by_side = {label for loop in function.loops.values() if loop.ii is not None for label in loop.blocks}

    def run(self) -> Function:
        for label in self.function.blocks:
            self.block(label)
        for id, op in self.function.ops.items():
            if op.kind is Kind.PHI and any(origin in self.last for origin in op.blocks):
                origins = tuple(self.last.get(origin, origin) for origin in op.blocks)
                self.edit.ops[id] = replace(self.edit.ops[id], blocks=origins)
        self.edit.order, self.edit.ends = self.blocks, self.ends
        return self.edit.finish(loops=self.loops)

    def block(self, label: str) -> None:
        source = self.function.blocks[label]
        groups: dict[tuple[bool, tuple[int, ...]], _Running] = {}
        of: dict[int, _Running] = {}
        for id in source.ops:
            op = self.function.ops[id]
            if op.kind in DIVISIONS and not self.constant(op):
                key = (op.kind in _SIGNED, op.args)
                running = groups.setdefault(key, _Running(self.plan(op), []))
                running.users.append(op)
                of[id] = running
        looped = {id for id, r in of.items() if label not in self.side_by_side and r.plan.steps_bits > _LARGE}
        part = self.parts(source, looped)
        count = max((at + (id in looped) for id, at in part.items()), default=0) + 1
        here = label
        due: list[_Running] = []
        for number in range(count):
            placed = self.blocks.setdefault(here, [])
            for running in due:
                self.finish(running, placed)
            due = []
            for id in source.ops:
                op = self.function.ops[id]
                if part[id] != number:
                    continue
                if op.kind not in DIVISIONS:
                    placed.append(id)
                elif self.constant(op):
                    self.by_constant(op, placed)
                elif of[id].users[0] is op:
                    self.begin(of[id], placed)
                    if id in looped:
                        due.append(of[id])
                    else:
                        self.at_once(of[id], placed)
            if due:
                here = self.loop(label, here, number, due)
        self.ends[here] = source.end
        if here != label:
            self.last[label] = here

    def parts(self, block: Block, looped: set[int]) -> dict[int, int]:
        """Which part of its block each operation goes to: behind the loops of the divisions that it needs. Accesses
        to memories and streams stay in order."""
        part: dict[int, int] = {}
        ordered = 0
        for id in block.ops:
            op = self.function.ops[id]
            inputs = op.inputs() if op.kind is not Kind.PHI else ()
            at = max((part.get(arg, 0) + (arg in looped) for arg in inputs), default=0)
            if op.kind in _ORDERED:
                at = ordered = max(at, ordered)
            part[id] = at
        return part

    # ---- what a division is made of

    def constant(self, op: Op) -> bool:
        divisor = self.function.ops[op.args[1]]
        return divisor.kind is Kind.CONST and divisor.value != 0

    def plan(self, op: Op) -> _Plan:
        signed = op.kind in _SIGNED
        a, b = (_reading(self.ranges.get(arg), op.width, signed) for arg in op.args)
        negative = signed and min(a.low, b.low) < 0
        largest, divisor = _magnitude(a), _magnitude(b)
        least = max(1, b.low if b.low > 0 else -b.high if b.high < 0 else 1)
        bits = max(1, (largest // least).bit_length())
        return _Plan(op, negative, max(1, largest.bit_length()), max(1, divisor.bit_length()), bits)

    def begin(self, running: _Running, placed: list[int]) -> None:
        """Magnitudes of the operands."""
        plan = running.plan
        e = Emitter(self.edit, placed, plan.op)
        magnitudes = []
        signs = []
        for arg, bits in zip(plan.op.args, (plan.dividend_bits, plan.divisor_bits), strict=True):
            if plan.signed:
                sign = e.top(arg)
                signs.append(sign)
                arg = e.negate_if(sign, e.fit(arg, min(plan.op.width, bits + 1)))
            magnitudes.append(e.fit(arg, bits))
        running.dividend, running.divisor = magnitudes
        running.signs = (signs[0], signs[1]) if signs else (0, 0)

    def at_once(self, running: _Running, placed: list[int]) -> None:
        e = Emitter(self.edit, placed, running.plan.op)
        found = divide(e, running.dividend, running.divisor, running.plan.quotient_bits)
        running.inverted, running.remainder = found
        self.finish(running, placed)

    def finish(self, running: _Running, placed: list[int]) -> None:
        """From the last partial remainder and the inverted quotient to what the operations give."""
        plan = running.plan
        for op in running.users:
            e = Emitter(self.edit, placed, op)
            if op.kind in _QUOTIENTS:
                value = e.invert(e.slice(running.inverted, 0, plan.quotient_bits))
                sign = e.op(Kind.XOR, 1, *running.signs) if plan.signed else 0
            else:
                value, sign = restore(e, running.remainder, running.divisor), running.signs[0]
            if plan.signed:
                width = min(op.width, e.width(value) + 1)
                value = e.fit(e.negate_if(sign, e.fit(value, width)), op.width, sign=True)
            self.edit.redirect(op.id, e.fit(value, op.width))

    def by_constant(self, op: Op, placed: list[int]) -> None:
        e = Emitter(self.edit, placed, op)
        dividend, constant = op.args[0], self.function.ops[op.args[1]]
        signed = op.kind in _SIGNED
        divisor = as_signed(constant.value, op.width) if signed else constant.value
        a = _reading(self.ranges.get(dividend), op.width, signed)
        if a.low < 0:
            dividend = e.fit(dividend, min(op.width, a.signed_bits()))
            quotient = e.fit(divide_signed_by_constant(e, dividend, divisor), op.width, sign=True)
        else:
            size = abs(divisor)
            dividend = e.fit(dividend, max(1, a.high.bit_length()))
            bits = (a.high // size).bit_length()
            if size & (size - 1) and 0 < bits <= _FEW_STEPS:
                by = e.const(size, size.bit_length())
                inverted, remainder = divide(e, dividend, by, bits)
                if op.kind not in _QUOTIENTS:
                    self.edit.redirect(op.id, e.fit(restore(e, remainder, by), op.width))
                    return
                quotient = e.invert(inverted)
            else:
                quotient = divide_by_constant(e, dividend, size, a.high)
            quotient = e.fit(quotient, op.width)
            if divisor < 0:
                quotient = e.op(Kind.SUB, op.width, e.const(0, op.width), quotient)
        if op.kind in _QUOTIENTS:
            self.edit.redirect(op.id, quotient)
            return
        # |remainder| < |divisor|: that many bits of the difference are enough
        bits = min(op.width, abs(divisor).bit_length() + (a.low < 0))
        factor = e.const(divisor, bits)
        product = e.op(Kind.MUL, bits, e.fit(quotient, bits), factor)
        rest = e.op(Kind.SUB, bits, e.fit(op.args[0], bits), product)
        self.edit.redirect(op.id, e.fit(rest, op.width, sign=a.low < 0))

    # ---- the loop

    def loop(self, label: str, before: str, number: int, running: list[_Running]) -> str:
        """A loop behind block `before` that does the steps of all `running`; the label of the block behind it."""
        header, after = f"{label}.division{number}", f"{label}.divided{number}"
        rate = self.steps_per_cycle(max(r.plan.divisor_bits for r in running))
        trips = -(-max(r.plan.quotient_bits for r in running) // rate)
        length = trips * rate
        first = running[0].plan.op
        entry = Emitter(self.edit, self.blocks[before], first)
        body: list[int] = []
        phis: list[int] = []
        carried: list[tuple[int, int, int]] = []  # phi, first value, next value
        e = Emitter(self.edit, body, first)

        def phi(first_value: int) -> int:
            id = self.edit.make(Kind.PHI, entry.width(first_value), loc=first.loc)
            phis.append(id)
            return id

        for r in running:
            e.like = r.plan.op
            first_remainder, rest = start(entry, r.dividend, r.divisor, length)
            dividend = entry.fit(rest, length)
            remainder_phi, bits_phi = phi(first_remainder), phi(dividend)
            remainder, bits = remainder_phi, bits_phi
            for _ in range(rate):
                remainder, sign = step(e, remainder, r.divisor, e.top(bits))
                bits = e.concat(e.slice(bits, 0, length - 1), sign) if length > 1 else sign
            carried += [(remainder_phi, first_remainder, remainder), (bits_phi, dividend, bits)]
            r.remainder, r.inverted = remainder, bits
        if trips > 1:
            width = (trips - 1).bit_length()
            zero = entry.const(0, width)
            count = phi(zero)
            following = e.add(count, e.const(1, width))
            again = e.op(Kind.ICMP, 1, count, e.const(trips - 1, width), predicate="ne")
            carried.append((count, zero, following))
        else:
            again = e.const(0, 1)
        for id, initial, following in carried:
            self.edit.ops[id] = replace(self.edit.ops[id], args=(initial, following), blocks=(before, header))
        self.blocks[header] = phis + body
        self.ends[before], self.ends[header] = Jump(header), Branch(again, header, after)
        self.loops = {
            key: replace(loop, blocks=loop.blocks | {header, after}) if label in loop.blocks else loop
            for key, loop in self.loops.items()
        }
        where = first.loc if first.loc.line else self.function.loc
        self.loops[header] = Loop(header, frozenset((header,)), "division", ii=1, trip_count=trips, loc=where)
        return after

    def steps_per_cycle(self, divisor_bits: int) -> int:
        delays, clock_ns = self.target.delays, self.target.clock_ns
        free_ns = clock_ns - delays.clk_to_q_ns - delays.setup_ns
        return min(4, max(1, int(free_ns / delays.delay_ns("add", divisor_bits + 2))))


def _reading(interval: Interval | None, width: int, signed: bool) -> Interval:
    """The range of an operand in the reading of its operation."""
    if interval is None:
        interval = Interval(0, (1 << width) - 1)
    if signed:
        fits = interval.low < 0 or interval.high < 1 << (width - 1)
        return interval if fits else Interval(-(1 << width - 1), (1 << width - 1) - 1)
    return interval if interval.low >= 0 else Interval(0, (1 << width) - 1)


def _magnitude(interval: Interval) -> int:
    return max(abs(interval.low), abs(interval.high))

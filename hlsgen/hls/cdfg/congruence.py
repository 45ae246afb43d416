"""What every value is modulo what: a counter that steps by 4 from 1 on is 1 modulo 4.

P. Granger, "Static analysis of arithmetical congruences" (1989). Of unsigned values; a sum that may wrap around keeps
only what it is modulo powers of two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import gcd

from .affine import Range
from .counters import counters
from .ir import Function, Kind, Op
from .semantics import signed

_OPERANDS = {Kind.SELECT: 1}  # the first operand that counts
_KNOWN = frozenset((
    Kind.COPY, Kind.ADD, Kind.SUB, Kind.MUL, Kind.SHL, Kind.ZEXT, Kind.SEXT, Kind.SLICE, Kind.CONCAT, Kind.UDIV,
    Kind.UREM, Kind.SELECT, Kind.PHI, Kind.AND, Kind.OR, Kind.XOR,
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Residue:
    """The value is `rest` modulo `modulus`; a modulus of 0: it is `rest`, of 1: it may be anything."""

    modulus: int
    rest: int

    def modulo(self, modulus: int) -> Residue:
        common = gcd(self.modulus, modulus)
        return Residue(common, self.rest % common if common else self.rest)

    def union(self, other: Residue) -> Residue:
        return Residue(gcd(self.modulus, other.modulus, self.rest - other.rest), self.rest).normal()

    def normal(self) -> Residue:
        return Residue(self.modulus, self.rest % self.modulus if self.modulus else self.rest)


_ANYTHING = Residue(1, 0)


def residues(function: Function, ranges: Mapping[int, Range]) -> dict[int, Residue]:
    """Operation id -> residue, of every value. ranges: intervals of values."""
    found: dict[int, Residue] = {}
    exact = {counter.following: (counter.phi, counter.step) for counter in counters(function)}
    order = [op for op in function.in_order() if op.width]
    changed = True
    while changed:  # moduli only become divisors of what they were
        changed = False
        for op in order:
            counter, step = exact.get(op.id, (0, 0))
            if counter in found:
                new: Residue | None = Residue(found[counter].modulus, found[counter].rest + step).normal()
            else:
                new = _residue(function, op, found, ranges)
            if new is None:
                continue
            old = found.get(op.id)
            new = new if old is None else old.union(new)
            if new != old:
                found[op.id] = new
                changed = True
    return found


def _residue(function: Function, op: Op, found: Mapping[int, Residue], ranges: Mapping[int, Range]) -> Residue | None:
    """From those of the operands; None while they are not known."""
    if op.kind is Kind.CONST:
        return Residue(0, op.value)
    if op.kind not in _KNOWN:
        return _ANYTHING
    first = _OPERANDS.get(op.kind, 0)
    args = [found[arg] for arg in op.args[first:] if arg in found]
    if op.kind in (Kind.PHI, Kind.SELECT):
        total = args[0] if args else None
        for other in args[1:]:
            total = total.union(other) if total else other
        return total
    if len(args) < len(op.args):
        return None
    wraps = 1 << op.width
    widths = [function.ops[arg].width for arg in op.args]
    match op.kind:
        case Kind.COPY | Kind.ZEXT:
            return args[0]
        case Kind.SEXT:
            return args[0] if _is_small(op.args[0], widths[0], ranges) else args[0].modulo(1 << widths[0])
        case Kind.ADD | Kind.SUB:
            return _sum(op, args, ranges)
        case Kind.MUL:
            small = [
                not sign or _is_small(arg, w, ranges) for arg, w, sign in zip(op.args, widths, op.signs, strict=True)
            ]
            a, b = (r if ok else r.modulo(1 << w) for r, w, ok in zip(args, widths, small, strict=True))
            most = _high(op.args[0], ranges, widths[0]) * _high(op.args[1], ranges, widths[1])
            return _product(a, b) if all(small) and most < wraps else _product(a, b).modulo(wraps)
        case Kind.SHL if args[1].modulus == 0:
            power = Residue(0, 1 << min(args[1].rest, op.width))
            exact = _high(op.args[0], ranges, widths[0]) * power.rest < wraps
            return _product(args[0], power) if exact else _product(args[0], power).modulo(wraps)
        case Kind.AND | Kind.OR | Kind.XOR:
            return bitwise(op.kind, op.width, args[0], args[1])
        case Kind.SLICE if args[0].modulus % (1 << op.value) == 0:
            part = Residue(args[0].modulus >> op.value, args[0].rest >> op.value).normal()
            fits = _high(op.args[0], ranges, widths[0]) >> op.value < wraps
            return part if fits else part.modulo(wraps)
        case Kind.CONCAT:
            total = Residue(0, 0)
            for part, width in zip(args, widths, strict=True):
                shifted = Residue(total.modulus << width, total.rest << width)
                total = Residue(gcd(shifted.modulus, part.modulus), shifted.rest + part.rest).normal()
            return total
        case Kind.UDIV if args[1].modulus == 0 and args[1].rest and args[0].modulus % args[1].rest == 0:
            by = args[1].rest
            return Residue(args[0].modulus // by, args[0].rest // by).normal()
        case Kind.UREM if args[1].modulus == 0 and args[1].rest:
            by = args[1].rest
            rest = args[0].modulo(by)
            return Residue(0, rest.rest) if rest.modulus == by else rest
    return _ANYTHING


def _sum(op: Op, args: list[Residue], ranges: Mapping[int, Range]) -> Residue:
    """Exact if the integers do not leave the width; a constant with its top bit set may be meant as negative."""
    (x, a), (y, b) = zip(op.args, args, strict=True)
    if op.kind is Kind.ADD and a.modulus == 0:
        (x, a), (y, b) = (y, b), (x, a)
    low, high = _low(x, ranges), _high(x, ranges, op.width)
    sign = 1 if op.kind is Kind.ADD else -1
    total = Residue(gcd(a.modulus, b.modulus), a.rest + sign * b.rest).normal()
    if b.modulus == 0:
        for step in {b.rest, signed(b.rest, op.width)}:
            if low + sign * step >= 0 and high + sign * step < 1 << op.width:
                return Residue(a.modulus, a.rest + sign * step).normal()
    most = _high(y, ranges, op.width)
    if (sign > 0 and high + most < 1 << op.width) or (sign < 0 and low >= most):
        return total
    return total.modulo(1 << op.width) if total.modulus else Residue(0, total.rest % (1 << op.width))


def bitwise(kind: Kind, width: int, a: Residue, b: Residue) -> Residue:
    """Of AND, OR and XOR: the low bits that are known; all of the modulus, when a constant changes no others."""
    if a.modulus == 0:
        a, b = b, a
    known = [width if not r.modulus else (r.modulus & -r.modulus).bit_length() - 1 for r in (a, b)]
    if kind is not Kind.AND and b.modulus == 0 and b.rest < 1 << known[0]:
        low = a.rest & (1 << known[0]) - 1
        return Residue(a.modulus, a.rest - low + (low | b.rest if kind is Kind.OR else low ^ b.rest)).normal()
    count = min(known)  # of low bits; a bit of one that decides counts too
    decides = {Kind.AND: 0, Kind.OR: 1}.get(kind)
    for one, has in zip((a, b), known, strict=True):
        while decides is not None and count < has and one.rest >> count & 1 == decides:
            count += 1
    both = {Kind.AND: a.rest & b.rest, Kind.OR: a.rest | b.rest, Kind.XOR: a.rest ^ b.rest}[kind]
    return Residue(1 << count, both).normal() if count < width else Residue(0, both % (1 << width))


def _product(a: Residue, b: Residue) -> Residue:
    modulus = gcd(a.modulus * b.modulus, a.modulus * b.rest, a.rest * b.modulus)
    return Residue(modulus, a.rest * b.rest).normal()


def _low(id: int, ranges: Mapping[int, Range]) -> int:
    return max(ranges.get(id, (0, 0))[0], 0)


def _high(id: int, ranges: Mapping[int, Range], width: int) -> int:
    """The largest unsigned value."""
    low, high = ranges.get(id, (0, (1 << width) - 1))
    return high if low >= 0 else (1 << width) - 1


def _is_small(id: int, width: int, ranges: Mapping[int, Range]) -> bool:
    low, high = ranges.get(id, (0, (1 << width) - 1))
    return low >= 0 and high < 1 << width - 1

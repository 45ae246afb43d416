"""Which elements an access of some bytes touches: known at once, or found out at run time from the address.

An access may be wider than an element (LLVM moves several members at once) or a part of one. Where an address may mean
several members, each has a piece with a guard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import gcd

from .import_body import Body
from .import_offsets import index
from .ir import Kind
from .layout import Address, Leaf, Range, find_leaf, reaches

_UNKNOWN_SIZE_BITS = 64
MOST_PIECES = 64


@dataclass(frozen=True, slots=True)
class Piece:
    """An element, `start` bytes after the address of the access. guard: 1 when it is touched, None if always."""

    leaf: Leaf
    index: tuple[Address, ...]
    start: int
    guard: int | None = None

    def overlap(self, size: int) -> tuple[int, int]:
        """The bytes of an access of `size` that it is: first, and one behind the last."""
        return max(0, self.start), min(size, self.start + self.leaf.kept_bytes)


def fixed_pieces(
    leaves: Sequence[Leaf], address: Address, size: int, range_of: Callable[[int], Range]
) -> list[Piece] | None:
    """The elements among the `size` bytes at the address, in order; None when it does not tell."""
    pieces: list[Piece] = []
    at = 0
    while at < size:
        piece = _piece_at(leaves, address, at, range_of)
        if piece is not None:
            pieces.append(piece)
            at = piece.overlap(size)[1]
        elif any(_covers(leaf, address, at, range_of) for leaf in leaves):
            return None
        else:
            at += 1  # between members
    return pieces


def _piece_at(leaves: Sequence[Leaf], address: Address, at: int, range_of: Callable[[int], Range]) -> Piece | None:
    """The element that the byte lies in, whose first bytes may stand before the access."""
    found = find_leaf(leaves, address, range_of) if at == 0 else None
    if found is not None:
        return Piece(found[0], tuple(found[1]), 0)
    for back in range(1 if at else max(leaf.kept_bytes for leaf in leaves)):
        found = find_leaf(leaves, replace(address.plus(at - back), loose=True), range_of)
        if found is not None and back < found[0].kept_bytes:
            return Piece(found[0], tuple(found[1]), at - back)
    return None


def _covers(leaf: Leaf, address: Address, at: int, range_of: Callable[[int], Range]) -> bool:
    return any(reaches(leaf, address.plus(at - back), range_of) for back in range(leaf.kept_bytes))


def guarded_pieces(
    body: Body, leaves: Sequence[Leaf], address: Address, size: int, range_of: Callable[[int], Range]
) -> list[Piece]:
    """Every element that the access may touch, with a guard from the address."""
    width = _width_bits(leaves)
    places = [
        (leaf, start)
        for leaf in leaves
        for start in range(1 - leaf.kept_bytes, size)
        if reaches(leaf, address.plus(start), range_of)
    ]
    if len(places) > MOST_PIECES:
        return []
    pieces = []
    for leaf, start in places:
        parts, guard = _decoded(body, leaf, address.plus(start - leaf.offset), width)
        pieces.append(Piece(leaf, parts, start, guard))
    return pieces


def _width_bits(leaves: Sequence[Leaf]) -> int:
    """Of offsets in the object, so that one before or behind it is no offset inside."""
    ends = [leaf.offset + sum(extent * stride for extent, stride in leaf.dims) + leaf.kept_bytes for leaf in leaves]
    known = all(extent for leaf in leaves for extent, _ in leaf.dims)
    return (2 * max(ends)).bit_length() if known else _UNKNOWN_SIZE_BITS


def _decoded(body: Body, leaf: Leaf, rest: Address, width: int) -> tuple[tuple[Address, ...], int]:
    """The indices of the element that starts `rest` bytes into the leaf, and whether there is one."""
    parts: list[Address] = []
    tests: list[int] = []
    unit = gcd(rest.constant, *(scale for scale, _ in rest.terms), *(stride for _, stride in leaf.dims)) or 1
    rest = _over(rest, unit)
    for extent, stride in ((extent, stride // unit) for extent, stride in leaf.dims):
        if all(scale % stride == 0 for scale, _ in rest.terms):
            count = index(body, _over(Address(rest.constant // stride * stride, rest.terms), stride), width)
            rest = Address(rest.constant % stride)
        else:
            total, by = index(body, rest, width), body.const(stride, width)
            count = body.op(Kind.UDIV, width, (total, by))
            rest = Address(0, ((1, body.op(Kind.UREM, width, (total, by))),))
        if extent:
            tests.append(body.op(Kind.ICMP, 1, (count, body.const(extent, width)), predicate="ult"))
        parts.append(Address(0, ((1, count),)))
    if rest != Address():
        tests.append(body.op(Kind.ICMP, 1, (index(body, rest, width), body.const(0, width)), predicate="eq"))
    guard = tests[0] if tests else body.const(1, 1)
    for test in tests[1:]:
        guard = body.op(Kind.AND, 1, (guard, test))
    return tuple(parts), guard


def _over(address: Address, by: int) -> Address:
    return Address(address.constant // by, tuple((scale // by, value) for scale, value in address.terms))

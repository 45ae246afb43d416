"""Sums and disjunctions of values that share no bit: wiring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from hlsgen.hls.cdfg.ir import Kind, Op

from ..rewriter import Rewriter


@dataclass(frozen=True, slots=True)
class _Piece:
    """`width` bits of a value from `place` on: those of `source` from `lsb` on, or zeros (source 0)."""

    place: int
    width: int
    source: int = 0
    lsb: int = 0

    @property
    def end(self) -> int:
        return self.place + self.width


def join(r: Rewriter, op: Op, a: Op, b: Op) -> int | None:
    """OR, XOR or ADD of values that share no bit: wiring."""
    if not any(arg.kind in (Kind.ZEXT, Kind.CONCAT) for arg in (a, b)):
        return None
    left, right = _pieces(r, a.id), _pieces(r, b.id)
    edges = sorted({piece.place for piece in (*left, *right)} | {op.width})
    joined: list[_Piece] = []
    i = j = 0
    for start, stop in pairwise(edges):
        while left[i].end <= start:
            i += 1
        while right[j].end <= start:
            j += 1
        if left[i].source and right[j].source:
            return None
        piece = left[i] if left[i].source else right[j]
        lsb = piece.lsb + start - piece.place
        last = joined[-1] if joined else None
        if last and last.source == piece.source and (not piece.source or last.lsb + last.width == lsb):
            joined[-1] = replace(last, width=stop - last.place)
        else:
            joined.append(_Piece(start, stop - start, piece.source, lsb))
    parts = [(r.slice(p.source, p.lsb, p.width, op) if p.source else 0, p.width) for p in reversed(joined)]
    return r.concat(parts, op)


def _pieces(r: Rewriter, id: int) -> list[_Piece]:
    """What a value is made of, the lowest piece first."""
    op = r.edit.ops[id]
    match op.kind:
        case Kind.ZEXT:
            inner = _pieces(r, r.resolve(op.args[0]))
            filled = inner[-1].end
            return [*inner, _Piece(filled, op.width - filled)]
        case Kind.CONCAT:
            found, at = [], 0
            for arg in reversed(op.args):
                found += [replace(piece, place=at + piece.place) for piece in _pieces(r, r.resolve(arg))]
                at += r.see(arg).width
            return found
        case Kind.CONST:
            return list(_runs(op))
    return [_Piece(0, op.width, id)]


def _runs(const: Op) -> Iterator[_Piece]:
    """Runs of zeros stand apart from the rest."""
    at = 0
    while at < const.width:
        rest = const.value >> at
        zeros = (rest & -rest).bit_length() - 1 if rest else const.width - at
        if zeros:
            yield _Piece(at, zeros)
            at += zeros
        else:
            ones = (~rest & -~rest).bit_length() - 1
            yield _Piece(at, ones, const.id, at)
            at += ones

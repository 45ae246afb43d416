"""LLVM's integer intrinsics as plain operations.

Each expansion gets the builder and its operand ids (all of `width` bits) and returns the id of the result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from .ir import Kind


class Builder(Protocol):
    """What an expansion needs: place an operation, place a constant."""

    def op(self, kind: Kind, width: int, args: tuple[int, ...] = (), **more: object) -> int: ...

    def const(self, value: int, width: int) -> int: ...


Expansion = Callable[[Builder, int, list[int]], int]


def _extreme(predicate: str) -> Expansion:
    def expand(b: Builder, width: int, args: list[int]) -> int:
        wins = b.op(Kind.ICMP, 1, (args[0], args[1]), predicate=predicate)
        return b.op(Kind.SELECT, width, (wins, args[0], args[1]))

    return expand


def _abs(b: Builder, width: int, args: list[int]) -> int:
    zero = b.const(0, width)
    negative = b.op(Kind.ICMP, 1, (args[0], zero), predicate="slt")
    return b.op(Kind.SELECT, width, (negative, b.op(Kind.SUB, width, (zero, args[0])), args[0]))


def _usub_sat(b: Builder, width: int, args: list[int]) -> int:
    fits = b.op(Kind.ICMP, 1, (args[0], args[1]), predicate="uge")
    return b.op(Kind.SELECT, width, (fits, b.op(Kind.SUB, width, tuple(args)), b.const(0, width)))


def _uadd_sat(b: Builder, width: int, args: list[int]) -> int:
    total = b.op(Kind.ADD, width, tuple(args))
    over = b.op(Kind.ICMP, 1, (total, args[0]), predicate="ult")
    return b.op(Kind.SELECT, width, (over, b.const(-1, width), total))


def _signed_saturating(kind: Kind) -> Expansion:
    def expand(b: Builder, width: int, args: list[int]) -> int:
        wide = [b.op(Kind.SEXT, width + 1, (arg,)) for arg in args]
        total = b.op(kind, width + 1, tuple(wide))
        sign = b.op(Kind.SLICE, 1, (total,), value=width)
        over = b.op(Kind.XOR, 1, (sign, b.op(Kind.SLICE, 1, (total,), value=width - 1)))
        limit = b.op(
            Kind.SELECT, width, (sign, b.const(1 << (width - 1), width), b.const((1 << (width - 1)) - 1, width))
        )
        return b.op(Kind.SELECT, width, (over, limit, b.op(Kind.SLICE, width, (total,), value=0)))

    return expand


def _funnel_left(b: Builder, width: int, args: list[int]) -> int:
    return b.op(Kind.SLICE, width, (_funnel(b, width, args, Kind.SHL),), value=width)


def _funnel_right(b: Builder, width: int, args: list[int]) -> int:
    return b.op(Kind.SLICE, width, (_funnel(b, width, args, Kind.LSHR),), value=0)


def _funnel(b: Builder, width: int, args: list[int], shift: Kind) -> int:
    both = b.op(Kind.CONCAT, 2 * width, (args[0], args[1]))
    if width & (width - 1):
        amount = b.op(Kind.UREM, width, (args[2], b.const(width, width)))
    else:
        amount = b.op(Kind.AND, width, (args[2], b.const(width - 1, width)))
    return b.op(shift, 2 * width, (both, amount))


def _bits(b: Builder, width: int, arg: int) -> list[int]:
    """Single bits, the least significant first."""
    return [b.op(Kind.SLICE, 1, (arg,), value=bit) for bit in range(width)] if width > 1 else [arg]


def _bit_reverse(b: Builder, width: int, args: list[int]) -> int:
    return b.op(Kind.CONCAT, width, tuple(_bits(b, width, args[0]))) if width > 1 else args[0]


def _byte_swap(b: Builder, width: int, args: list[int]) -> int:
    parts = [b.op(Kind.SLICE, 8, (args[0],), value=lsb) for lsb in range(0, width, 8)]
    return b.op(Kind.CONCAT, width, tuple(parts))


def _population(b: Builder, width: int, args: list[int]) -> int:
    values = [b.op(Kind.ZEXT, width, (bit,)) if width > 1 else bit for bit in _bits(b, width, args[0])]
    while len(values) > 1:
        pairs = [b.op(Kind.ADD, width, (x, y)) for x, y in zip(values[::2], values[1::2], strict=False)]
        values = pairs + ([values[-1]] if len(values) % 2 else [])
    return values[0]


def _leading_zeros(b: Builder, width: int, args: list[int]) -> int:
    """Binary search: at each step the upper part is empty (count it, keep the lower) or it is kept."""
    size = 1 << max(0, (width - 1).bit_length())
    value, count = args[0], b.const(0, width)
    if size > width:  # ones below, so that an empty value counts exactly `width`
        value = b.op(Kind.CONCAT, size, (value, b.const(-1, size - width)))
    empty = b.op(Kind.ICMP, 1, (args[0], b.const(0, width)), predicate="eq")
    while size > 1:
        size //= 2
        upper = b.op(Kind.SLICE, size, (value,), value=size)
        lower = b.op(Kind.SLICE, size, (value,), value=0)
        none = b.op(Kind.ICMP, 1, (upper, b.const(0, size)), predicate="eq")
        value = b.op(Kind.SELECT, size, (none, lower, upper))
        more = b.op(Kind.SELECT, width, (none, b.const(size, width), b.const(0, width)))
        count = b.op(Kind.OR, width, (count, more))
    return b.op(Kind.SELECT, width, (empty, b.const(width, width), count))


def _trailing_zeros(b: Builder, width: int, args: list[int]) -> int:
    return _leading_zeros(b, width, [_bit_reverse(b, width, args)])


def _three_way(less: str, greater: str) -> Expansion:
    def expand(b: Builder, width: int, args: list[int]) -> int:
        above = b.op(Kind.ICMP, 1, (args[0], args[1]), predicate=greater)
        below = b.op(Kind.ICMP, 1, (args[0], args[1]), predicate=less)
        positive = b.op(Kind.SELECT, width, (above, b.const(1, width), b.const(0, width)))
        return b.op(Kind.SELECT, width, (below, b.const(-1, width), positive))

    return expand


def _with_overflow(kind: Kind, extend: Kind) -> Expansion:
    """The result with the bit that says whether it wrapped above it."""

    def expand(b: Builder, width: int, args: list[int]) -> int:
        wide = 2 * width if kind is Kind.MUL else width + 1
        total = b.op(kind, wide, tuple(b.op(extend, wide, (arg,)) for arg in args))
        result = b.op(Kind.SLICE, width, (total,), value=0)
        wrapped = b.op(Kind.ICMP, 1, (total, b.op(extend, wide, (result,))), predicate="ne")
        return b.op(Kind.CONCAT, width + 1, (wrapped, result))

    return expand


EXPANSIONS: dict[str, Expansion] = {
    "llvm.smax": _extreme("sgt"),
    "llvm.smin": _extreme("slt"),
    "llvm.umax": _extreme("ugt"),
    "llvm.umin": _extreme("ult"),
    "llvm.abs": _abs,
    "llvm.usub.sat": _usub_sat,
    "llvm.uadd.sat": _uadd_sat,
    "llvm.sadd.sat": _signed_saturating(Kind.ADD),
    "llvm.ssub.sat": _signed_saturating(Kind.SUB),
    "llvm.fshl": _funnel_left,
    "llvm.fshr": _funnel_right,
    "llvm.bitreverse": _bit_reverse,
    "llvm.bswap": _byte_swap,
    "llvm.ctpop": _population,
    "llvm.ctlz": _leading_zeros,
    "llvm.cttz": _trailing_zeros,
    "llvm.ucmp": _three_way("ult", "ugt"),
    "llvm.scmp": _three_way("slt", "sgt"),
}
WITH_OVERFLOW: dict[str, Expansion] = {  # one bit wider than their operands
    f"llvm.{sign}{kind.value}.with.overflow": _with_overflow(kind, extend)
    for sign, extend in (("u", Kind.ZEXT), ("s", Kind.SEXT))
    for kind in (Kind.ADD, Kind.SUB, Kind.MUL)
}
IGNORED = ("llvm.lifetime.", "llvm.assume", "llvm.experimental.noalias", "llvm.dbg.")

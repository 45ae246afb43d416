"""The intervals of values for those who ask about addresses: what `narrow` knows, and where counters go."""

from __future__ import annotations

from hlsgen.hls.cdfg.affine import Range
from hlsgen.hls.cdfg.counters import counters
from hlsgen.hls.cdfg.ir import Function, Kind, Op
from hlsgen.hls.passes.narrow import value_ranges


def known_ranges(function: Function) -> dict[int, Range]:
    """Operation id -> (lowest, highest) value, read as signed when the lowest is below 0."""
    found = {id: (interval.low, interval.high) for id, interval in value_ranges(function).items()}
    for id in _extended_as_signed(function):
        width = function.ops[id].width
        if found.get(id) in (None, (0, (1 << width) - 1)):  # nothing is known, which is as true of signed numbers
            found[id] = -(1 << width - 1), (1 << width - 1) - 1
    return found | {counter.phi: (counter.low, counter.high) for counter in counters(function)}


def _extended_as_signed(function: Function) -> set[int]:
    """The values that those who need more bits of them take for signed numbers, so that a sum goes through."""
    signed: set[int] = set()
    unsigned: set[int] = set()
    for op in function.ops.values():
        for arg, sign in _extended(function, op):
            (signed if sign else unsigned).add(arg)
    return signed - unsigned


def _extended(function: Function, op: Op) -> list[tuple[int, bool]]:
    match op.kind:
        case Kind.SEXT | Kind.ZEXT:
            return [(op.args[0], op.kind is Kind.SEXT)]
        case Kind.MUL:
            factors = zip(op.args, op.signs, strict=True)
            return [(arg, sign) for arg, sign in factors if function.ops[arg].width < op.width]
        case Kind.CONCAT:
            return [(arg, False) for arg in op.args[1:]]
        case _:
            return []

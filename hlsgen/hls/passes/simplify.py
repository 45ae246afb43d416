"""Folds constants, removes identities, duplicates and dead operations, and turns shifts and masks into wiring.

Runs to a fixed point (`rewriter` does a round, `rules` say what becomes of an operation). Afterwards no shift by a
constant is left (slices and concatenations are free in hardware), and an OR, XOR or ADD whose operands have no bit in
common is a concatenation.
"""

from __future__ import annotations

from hlsgen.hls.cdfg.ir import Function, Kind

from .remove_dead import remove_dead, remove_unreachable
from .rewriter import Rewriter, Rule
from .rules.arithmetic import division, product, shift, sum_or_bitwise
from .rules.compare import comparison
from .rules.select import selection
from .rules.wiring import concatenation, extension, part

_LIMIT = 20  # rounds; each removes a layer, real code needs three to five
_RULES: dict[Kind, Rule] = {
    **dict.fromkeys((Kind.ADD, Kind.SUB, Kind.AND, Kind.OR, Kind.XOR), sum_or_bitwise),
    **dict.fromkeys((Kind.SHL, Kind.LSHR, Kind.ASHR), shift),
    **dict.fromkeys((Kind.UDIV, Kind.UREM), division),
    **dict.fromkeys((Kind.SEXT, Kind.ZEXT), extension),
    Kind.MUL: product,
    Kind.ICMP: comparison,
    Kind.SELECT: selection,
    Kind.SLICE: part,
    Kind.CONCAT: concatenation,
}


def simplify(function: Function) -> Function:
    """The same function with less in it."""
    for _ in range(_LIMIT):
        before = function
        function = remove_dead(remove_unreachable(Rewriter(function, _RULES).run()))
        if function.ops == before.ops and function.blocks == before.blocks:
            break
    return function

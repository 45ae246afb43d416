"""The passes in the order in which they run, each result checked."""

from __future__ import annotations

from collections.abc import Callable

from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.ir import Function
from hlsgen.hls.passes.balance import balance
from hlsgen.hls.passes.bank_memories import bank_memories
from hlsgen.hls.passes.if_convert import if_convert, merge_jumps
from hlsgen.hls.passes.merge_exclusive import merge_exclusive
from hlsgen.hls.passes.narrow import narrow, narrow_memories
from hlsgen.hls.passes.simplify import simplify

PASSES: tuple[tuple[str, Callable[[Function], Function]], ...] = (
    ("simplify", simplify),
    ("merge_jumps", merge_jumps),
    ("if_convert", if_convert),
    ("narrow_memories", narrow_memories),
    ("bank_memories", bank_memories),
    ("simplify", simplify),
    ("merge_exclusive", merge_exclusive),
    ("balance", balance),
    ("narrow", narrow),
    ("simplify", simplify),
    ("narrow", narrow),
    ("simplify", simplify),
)


def run_passes(function: Function) -> Function:
    """A CDFG ready to be scheduled: every pass, checked after each."""
    check(function)
    for name, apply in PASSES:
        function = check(apply(function), after=name)
    return function

"""The passes in the order in which they run, each result checked."""

from __future__ import annotations

from collections.abc import Callable

from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.ir import Function
from hlsgen.hls.passes.add_early import add_early
from hlsgen.hls.passes.balance import balance
from hlsgen.hls.passes.bank_memories import bank_memories
from hlsgen.hls.passes.compare_early import compare_early
from hlsgen.hls.passes.count_ahead import count_ahead
from hlsgen.hls.passes.expand_division import expand_division
from hlsgen.hls.passes.flatten_loops import flatten_loops
from hlsgen.hls.passes.fold_unwritten import fold_unwritten
from hlsgen.hls.passes.if_convert import if_convert, merge_jumps
from hlsgen.hls.passes.join_arms import join_arms
from hlsgen.hls.passes.join_members import join_members
from hlsgen.hls.passes.join_selects import join_selects
from hlsgen.hls.passes.lower_axi import lower_axi
from hlsgen.hls.passes.merge_exclusive import merge_exclusive
from hlsgen.hls.passes.merge_loops import merge_loops
from hlsgen.hls.passes.narrow import narrow, narrow_memories
from hlsgen.hls.passes.note_distances import note_distances
from hlsgen.hls.passes.pipeline_function import pipeline_function, store_once
from hlsgen.hls.passes.share_loads import share_loads
from hlsgen.hls.passes.simplify import simplify
from hlsgen.hls.passes.split_indices import split_indices
from hlsgen.hls.passes.split_multiply import split_multiply
from hlsgen.hls.passes.split_wide import split_wide
from hlsgen.hls.passes.stream_arrays import stream_arrays

PASSES: tuple[tuple[str, Callable[[Function], Function]], ...] = (
    ("stream_arrays", stream_arrays),
    ("simplify", simplify),
    ("merge_jumps", merge_jumps),
    ("join_members", join_members),
    ("lower_axi", lower_axi),
    ("pipeline_function", pipeline_function),
    ("flatten_loops", flatten_loops),
    ("if_convert", if_convert),
    ("merge_loops", merge_loops),
    ("narrow_memories", narrow_memories),
    ("split_indices", split_indices),
    ("note_distances", note_distances),
    ("bank_memories", bank_memories),
    ("fold_unwritten", fold_unwritten),
    ("store_once", store_once),
    ("simplify", simplify),
    ("share_loads", share_loads),
    ("merge_exclusive", merge_exclusive),
    ("join_selects", join_selects),
    ("add_early", add_early),
    ("count_ahead", count_ahead),
    ("balance", balance),
    ("narrow", narrow),
    ("simplify", simplify),
    ("narrow", narrow),
    ("compare_early", compare_early),
    ("simplify", simplify),
)


# What makes operators fit the family and the clock; the schedule would do without, with cycles that are too long.
OPERATOR_PASSES: tuple[tuple[str, Callable[[Function, Target], Function]], ...] = (
    ("join_arms", join_arms),
    ("expand_division", expand_division),
    ("split_multiply", split_multiply),
    ("split_wide", split_wide),
)


def run_passes(function: Function, target: Target | None = None) -> Function:
    """A CDFG ready to be scheduled: every pass, checked after each. Without a target the operators stay as they are."""
    check(function)
    for name, apply in PASSES:
        function = check(apply(function), after=name)
    if target is not None:
        for name, fit in OPERATOR_PASSES:
            before = function
            function = check(fit(function, target), after=name)
            if function is not before:
                function = check(simplify(narrow(simplify(function))), after=f"simplify after {name}")
    return function

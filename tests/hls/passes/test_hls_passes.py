"""Every pass leaves what a function computes as it was: interpreter before and after, on random functions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_flow import random_flow
from random_functions import random_loop, random_nest

from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.passes.add_early import add_early
from hlsgen.hls.passes.balance import balance
from hlsgen.hls.passes.bank_memories import bank_memories
from hlsgen.hls.passes.count_ahead import count_ahead
from hlsgen.hls.passes.fold_unwritten import fold_unwritten
from hlsgen.hls.passes.if_convert import if_convert, merge_jumps
from hlsgen.hls.passes.join_selects import join_selects
from hlsgen.hls.passes.merge_exclusive import merge_exclusive
from hlsgen.hls.passes.narrow import narrow, narrow_memories
from hlsgen.hls.passes.pipeline import run_passes
from hlsgen.hls.passes.share_loads import share_loads
from hlsgen.hls.passes.simplify import simplify

SEEDS = st.integers(0, 1 << 30)


@pytest.mark.parametrize("make", [random_loop, random_nest, random_flow], ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "apply",
    [
        simplify,
        merge_jumps,
        if_convert,
        narrow_memories,
        narrow,
        bank_memories,
        fold_unwritten,
        share_loads,
        merge_exclusive,
        join_selects,
        add_early,
        count_ahead,
        balance,
        run_passes,
    ],
    ids=lambda f: f.__name__,
)
@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_pass_keeps_meaning(apply, make, seed):
    example = make(seed)
    before = check(example.function)
    after = check(apply(before), apply.__name__)
    inputs = example.inputs(seed)
    assert interpret(after, inputs) == interpret(before, inputs)

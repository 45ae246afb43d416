"""Every pass leaves what a function computes as it was: interpreter before and after, on random functions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_functions import random_function, random_inputs

from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.passes.balance import balance
from hlsgen.hls.passes.bank_memories import bank_memories
from hlsgen.hls.passes.narrow import narrow
from hlsgen.hls.passes.pipeline import run_passes
from hlsgen.hls.passes.simplify import simplify

SEEDS = st.integers(0, 1 << 30)


@pytest.mark.parametrize("apply", [simplify, narrow, balance, bank_memories, run_passes], ids=lambda f: f.__name__)
@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_pass_keeps_meaning(apply, seed):
    before = check(random_function(seed))
    after = check(apply(before), apply.__name__)
    inputs = random_inputs(seed)
    assert interpret(after, inputs) == interpret(before, inputs)

"""Loops whose accesses overlap as far as the analysis allows compute in RTL what the interpreter does."""

from __future__ import annotations

import random

from function_maker import Example
from random_accesses import LOOP, Maker
from random_regions import write_region, write_vectors

from hlsgen.hls.bind.target import Target
from hlsgen.hls.forwarding import schedule_forwarded
from hlsgen.hls.passes.pipeline import run_passes
from hlsgen.hls.schedule import DelayTable
from hlsgen.sim.cosim import cosim

CLOCKS_NS = (2.5, 5.0, 12.0)


class Nibbles(Example):
    def inputs(self, seed: int) -> dict[str, list[int]]:
        source = random.Random(seed)
        return {"a": [source.getrandbits(4) for _ in range(self.reads)]}


def test_random_accesses(tmp_path):
    delays = DelayTable.load("xcup")
    made, functions = {}, {}
    for seed in range(36):
        function = Maker(seed).function(known=seed % 3 > 0, data=seed % 2 > 0, shown=True)
        made[f"f{seed}"] = Nibbles(function, _trips(seed))
        target = Target(CLOCKS_NS[seed % len(CLOCKS_NS)], delays)
        functions[f"f{seed}"] = schedule_forwarded(run_passes(function), target)
    intervals = [block.ii for f in functions.values() for block in f.blocks.values() if block.loop is not None]
    assert intervals.count(1) >= 8 and max(intervals) >= 3
    write_region(functions, tmp_path / "rtl")
    write_vectors(made, tmp_path / "vectors", 4)
    result = cosim(tmp_path / "rtl", tmp_path / "vectors", tmp_path / "work", max_idle_cycles=3000, quick=True)
    assert result.passed, str(result.first_mismatch)


def _trips(seed: int) -> int:
    """Of the loop: the same function, with its trip count told."""
    function = Maker(seed).function(known=True, data=seed % 2 > 0, shown=True)
    return function.loops[LOOP].trip_count or 0

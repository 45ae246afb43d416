"""Stores that are forwarded to loads: the same results, in the interpreter and, with a lower interval, in RTL."""

from __future__ import annotations

import random

import pytest
from function_maker import Example
from hypothesis import given, settings
from hypothesis import strategies as st
from random_functions import random_loop
from random_regions import write_region, write_vectors
from test_hls_passes_exact import Text

from hlsgen.hls.bind.schedule_function import schedule_function
from hlsgen.hls.bind.target import Target
from hlsgen.hls.cdfg.check import check
from hlsgen.hls.cdfg.interpret import interpret
from hlsgen.hls.cdfg.ir import Branch, Function, Jump, Kind, Loop, Memory, Op, Return
from hlsgen.hls.forwarding import schedule_forwarded
from hlsgen.hls.passes.forward_stores import forward_stores
from hlsgen.hls.passes.pipeline import run_passes
from hlsgen.hls.schedule import DelayTable
from hlsgen.sim.cosim import cosim

TRIPS = 24


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 1 << 30), depth=st.integers(1, 4))
def test_forwarding_keeps_meaning(seed, depth):
    example = random_loop(seed)
    (header,) = example.function.loops
    inputs = example.inputs(seed)
    function = check(forward_stores(example.function, header, "ram", depth))
    assert interpret(function, inputs) == interpret(example.function, inputs)
    again = run_passes(check(forward_stores(function, header, "ram", depth)))
    assert interpret(again, inputs) == interpret(example.function, inputs)


def histogram(pairs: int = 1, *, storage: str = "", guarded: bool = False, factor: int = 1) -> Function:
    """Words of a stream, each adds to a bin (`pairs` of them in an iteration), and what the bins were goes out."""
    t = Text()
    zero, one, bound = t.const(0, 8), t.const(1, 8), t.const(TRIPS, 8)
    for bin in range(4):  # a call must not depend on the one before it
        t.op(Kind.STORE, 0, t.const(bin, 2), t.const(3 * bin, 8), object="m")
    t.block("loop")
    count = t.op(Kind.PHI, 8, zero, zero, blocks=("entry", "loop"))
    for _ in range(pairs):
        word = t.read()
        place = t.op(Kind.SLICE, 2, word)
        guard = t.op(Kind.SLICE, 1, word, value=7) if guarded else None
        old = t.op(Kind.LOAD, 8, place, object="m")
        new = t.op(Kind.ADD, 8, old, word)
        for _ in range(factor - 1):
            new = t.op(Kind.ADD, 8, t.op(Kind.XOR, 8, new, word), new)
        t.op(Kind.STORE, 0, place, new, object="m", guard=guard)
        t.write(old)
    step = t.op(Kind.ADD, 8, count, one)
    t.ops[count] = Op(count, Kind.PHI, 8, (zero, step), blocks=("entry", "loop"))
    again = t.op(Kind.ICMP, 1, step, bound, predicate="ult")
    t.block("exit")
    ends = {"entry": Jump("loop"), "loop": Branch(again, "loop", "exit"), "exit": Return()}
    loop = Loop("loop", frozenset(["loop"]), ii=1, trip_count=TRIPS)
    memory = Memory("m", 8, (4,), storage=storage)
    return run_passes(t.close(ends, loops={"loop": loop}, memories={"m": memory}))


def interval(scheduled) -> int:
    return scheduled.blocks["loop"].ii


@pytest.mark.parametrize(
    ("function", "clock_ns", "without", "forwarded"),
    [
        (histogram(), 8.0, 2, 1),
        (histogram(storage="bram"), 8.0, 2, 1),
        (histogram(guarded=True), 8.0, 2, 1),
        (histogram(factor=3), 5.0, 3, 2),
    ],
)
def test_the_interval_falls(function, clock_ns, without, forwarded):
    target = Target(clock_ns, DelayTable.load("xcup"))
    assert interval(schedule_function(function, target)) == without
    assert interval(schedule_forwarded(function, target)) == forwarded


def test_what_gains_nothing_stays_as_it_is():
    """Two ports for two reads and two writes: the second cycle is theirs."""
    function = histogram(2)
    target = Target(20.0, DelayTable.load("xcup"))
    before, after = schedule_function(function, target), schedule_forwarded(function, target)
    assert interval(after) <= interval(before)
    ports_only = histogram(2, storage="bram")
    scheduled = schedule_forwarded(ports_only, target)
    assert interval(scheduled) >= 2


def test_in_rtl(tmp_path):
    """With stalls, on every memory, at several clocks; the bins are few, so that neighbours often meet."""
    made, functions = {}, {}
    for number, options in enumerate(
        [
            {}, {"storage": "bram"}, {"storage": "lutram"}, {"guarded": True}, {"factor": 3}, {"factor": 2},
            {"pairs": 2}, {"pairs": 2, "guarded": True, "storage": "bram"},
        ]
    ):  # fmt: skip
        function = histogram(**options)
        for clock_ns in (2.5, 8.0):
            name = f"h{number}_{int(clock_ns)}"
            functions[name] = schedule_forwarded(function, Target(clock_ns, DelayTable.load("xcup")))
            made[name] = _Bytes(function, TRIPS * options.get("pairs", 1))
    assert sum(interval(scheduled) == 1 for scheduled in functions.values()) >= 5
    write_region(functions, tmp_path / "rtl")
    write_vectors(made, tmp_path / "vectors", 4)
    result = cosim(tmp_path / "rtl", tmp_path / "vectors", tmp_path / "work", max_idle_cycles=3000, quick=True)
    assert result.passed, str(result.first_mismatch)


class _Bytes(Example):
    def inputs(self, seed: int) -> dict[str, list[int]]:
        source = random.Random(seed)
        return {"a": [source.getrandbits(8) for _ in range(self.reads)]}

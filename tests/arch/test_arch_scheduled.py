"""The prediction with scheduled loops: as planned it is the plan's own, and what changes it."""

from __future__ import annotations

import pytest
from arch_networks import network

from hlsgen.arch import Pipeline, plan, scheduled_timing
from hlsgen.arch.units import Output
from hlsgen.core.boards import load_board

BOARD = load_board("kv260")
CNN = ((8, 8, 1), [("conv", 8, 3, "same", 1), ("pool", 2), ("dense", 10)])


@pytest.fixture(scope="module")
def dataflow():
    return plan(network(*CNN), BOARD, "dataflow", 40)


def _as_planned(made, interval=1):
    """The loops of a dataflow plan as its own depths say; the output's register slice is not in its loop."""
    return {u.name: Pipeline(u.depth - isinstance(u, Output), interval) for u in made.units}


def test_arch_scheduled_as_planned_is_the_plan(dataflow):
    timing = scheduled_timing(dataflow, _as_planned(dataflow))
    assert (timing.latency, timing.interval) == (dataflow.cycles_per_sample, dataflow.interval_cycles)


def test_arch_scheduled_deeper_unit_adds_to_latency_only(dataflow):
    loops = _as_planned(dataflow)
    last = dataflow.units[-1].name
    loops[last] = Pipeline(loops[last].depth + 7, 1)
    timing = scheduled_timing(dataflow, loops)
    assert (timing.latency, timing.interval) == (dataflow.cycles_per_sample + 7, dataflow.interval_cycles)


def test_arch_scheduled_larger_interval_slows_the_chain(dataflow):
    timing = scheduled_timing(dataflow, _as_planned(dataflow, interval=3))
    assert timing.interval == 3 * dataflow.interval_cycles


def test_arch_scheduled_unit_of_one_step_has_no_loop(dataflow):
    loops = _as_planned(dataflow)
    del loops[dataflow.units[0].name]
    assert scheduled_timing(dataflow, loops).interval == dataflow.interval_cycles


def test_arch_scheduled_sequential_counts_every_pass():
    made = plan(network(*CNN), BOARD, "sequential", 16)
    loops = {"load_beats": Pipeline(1, 1), "run_steps": Pipeline(10, 1), "store_beats": Pipeline(3, 1)}
    base = scheduled_timing(made, loops)
    deeper = scheduled_timing(made, {**loops, "run_steps": Pipeline(14, 1)})
    assert deeper.latency - base.latency == 4 * (len(made.units) - 2)
    slower = scheduled_timing(made, {**loops, "run_steps": Pipeline(10, 2)})
    assert slower.latency - base.latency == sum(unit.steps for unit in made.units[1:-1])


def test_arch_scheduled_other_loops_say_nothing():
    made = plan(network(*CNN), BOARD, "sequential", 16)
    assert scheduled_timing(made, {"mine": Pipeline(4, 1)}) is None

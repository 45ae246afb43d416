"""Plans: what they predict and promise, their JSON, and bad requests."""

from __future__ import annotations

import dataclasses

import pytest
from arch_networks import network

from hlsgen.arch import Mac, Plan, plan
from hlsgen.core.boards import load_board
from hlsgen.core.errors import UserError

BOARD = load_board("kv260")
CNN = ((8, 8, 1), [("conv", 8, 3, "same", 1), ("pool", 2), ("conv", 16, 3, "same", 1), ("pool", 2), ("dense", 10)])


@pytest.fixture(scope="module")
def cnn():
    return network(*CNN)


@pytest.mark.parametrize("fmt", ["Int8", "Fixed(16,6)", "Int4/Int8", "e4m3", "e2m1/e4m3"])
@pytest.mark.parametrize("pattern", ["dataflow", "sequential"])
def test_arch_plan_json_makes_an_equal_plan(pattern, fmt):
    made = plan(network(*CNN, fmt), BOARD, pattern)
    assert Plan.from_json(made.to_json()) == made
    assert made.digest == Plan.from_json(made.to_json()).digest


def test_arch_plan_dataflow_interval_is_that_of_its_slowest_unit(cnn):
    for budget in (None, 8, 40, 300):
        made = plan(cnn, BOARD, "dataflow", budget)
        assert made.interval_cycles == max(unit.steps for unit in made.units)
        assert budget is None or made.multipliers <= budget
        assert made.multipliers == sum(unit.pe * unit.simd for unit in made.units if isinstance(unit, Mac))


def test_arch_plan_more_multipliers_are_never_slower(cnn):
    for pattern in ("dataflow", "sequential"):
        intervals = [plan(cnn, BOARD, pattern, budget).interval_cycles for budget in (4, 16, 64, 256)]
        assert intervals == sorted(intervals, reverse=True)


def test_arch_plan_default_is_balanced(cnn):
    made = plan(cnn, BOARD)
    assert made.mac_utilisation >= 0.95 and made.multipliers <= BOARD.dsp
    small = dataclasses.replace(BOARD, dsp=30)
    assert plan(cnn, small).multipliers <= 30


def test_arch_plan_counts_bytes_and_macs(cnn):
    made = plan(cnn, BOARD, "sequential", 16)
    assert made.macs_per_sample == 64 * 9 * 8 + 16 * 72 * 16 + 64 * 10
    load, store = made.ports
    assert made.off_chip_bytes == load.beats * 1 + store.beats * 2  # 8-bit elements, 1 and 2 lanes
    assert made.mac_utilisation == pytest.approx(made.macs_per_sample / made.multipliers / made.interval_cycles)


def test_arch_plan_prints_every_unit(cnn):
    made = plan(cnn, BOARD, "dataflow", 50)
    text = str(made)
    assert all(unit.name in text for unit in made.units)
    assert f"{made.multipliers} multipliers of 50" in text


@pytest.mark.parametrize(
    ("pattern", "budget", "text"),
    [
        ("dataflow", 0, "--multipliers: a budget of 0 multipliers; use at least 1"),
        ("sequential", -3, "--multipliers: a budget of -3 multipliers; use at least 1"),
        ("systolic", None, "no pattern is called 'systolic'; choose one of dataflow, sequential"),
        ("dataflow", 2, "the pattern dataflow needs at least 3 multipliers, one per layer; the budget is 2"),
    ],
)
def test_arch_plan_refuses_bad_requests(cnn, pattern, budget, text):
    with pytest.raises(UserError, match=text):
        plan(cnn, BOARD, pattern, budget)


def test_arch_plan_sequential_refuses_a_pool_without_a_layer():
    graph = network((4, 4, 1), [("pool", 2), ("dense", 3)])
    with pytest.raises(UserError, match="layer max_pool1: the pattern sequential cannot do a max_pool that is"):
        plan(graph, BOARD, "sequential")
    assert plan(graph, BOARD, "dataflow").interval_cycles > 0


def test_arch_plan_sequential_refuses_mixed_formats():
    graph = network((4,), [("dense", 3), ("dense", 2)])
    name = graph.nodes[-1].name
    tensors = dict(graph.tensors)
    fmt = tensors[name].format
    wide = dataclasses.replace(fmt, width=12, integer=fmt.integer + 4)
    tensors[name] = dataclasses.replace(tensors[name], format=wide)
    mixed = dataclasses.replace(graph, tensors=tensors)
    with pytest.raises(UserError, match=r"layer dense2: the pattern sequential cannot do a result of Fixed\(12,"):
        plan(mixed, BOARD, "sequential")


def test_arch_plan_from_json_refuses_other_documents():
    with pytest.raises(UserError, match="plan: not a plan of hlsgen: version 7; run hlsgen plan again"):
        Plan.from_json({"version": 7})
    with pytest.raises(UserError, match="plan: not a plan of hlsgen"):
        Plan.from_json({"version": 1, "units": [{"unit": "Nothing"}]})

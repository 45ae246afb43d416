"""The search for foldings against brute force, and the choices that it leaves to budgets."""

from __future__ import annotations

from itertools import product
from math import prod

import pytest
from arch_networks import network

from hlsgen.arch import Layer, read_stages
from hlsgen.arch.foldings import balanced, fastest, port_lanes, window_unit
from hlsgen.core.errors import UserError

NETWORKS = [
    ((6,), [("dense", 4), ("dense", 3)]),
    ((4, 4, 2), [("conv", 4, 3, "same", 1), ("pool", 2), ("dense", 3)]),
    ((5, 4, 3), [("conv", 2, 2, "valid", 2), ("dense", 2)]),
    ((4, 4, 1), [("pool", 2), ("conv", 3, 1, "valid", 1), ("dense", 2)]),
]


def _divisors(n):
    return [d for d in range(1, n + 1) if n % d == 0]


def _stage_options(stage):
    """(in lanes, out lanes, multipliers, slowest unit) of every folding, straight from the units' trip counts."""
    if not isinstance(stage, Layer):
        return [(n, n, 0, prod(stage.shape) // n) for n in _divisors(stage.shape[2])]
    options = []
    for pe, simd in product(_divisors(stage.outputs), _divisors(stage.taps)):
        mac = stage.macs // (pe * simd)
        if not stage.needs_windows:
            options.append((simd, pe, pe * simd, mac))
            continue
        for lanes in _divisors(stage.shape[2]):
            if prod(stage.kernel) * lanes % simd == 0:
                feed = max(window_unit(stage, lanes).steps, stage.pixels * stage.taps // simd)
                options.append((lanes, pe, pe * simd, max(mac, feed)))
    return options


def _brute_force(stages, budget):
    """The smallest (slowest unit, multipliers) of all foldings within the budget."""
    best = None
    for choice in product(*map(_stage_options, stages)):
        multipliers = sum(c[2] for c in choice)
        if multipliers > budget:
            continue
        bits = stages[0].x.format.width_bits
        slowest = [c[3] for c in choice]
        slowest += [prod(stages[0].shape) // port_lanes(choice[0][0], bits)]
        slowest += [prod(stages[-1].out_shape) // port_lanes(choice[-1][1], bits)]
        fits = True
        for before, after, stage in zip(choice, choice[1:], stages[1:], strict=False):
            wide, narrow = max(before[1], after[0]), min(before[1], after[0])
            fits &= wide % narrow == 0 and (wide == narrow or isinstance(stage, Layer))
            slowest.append(prod(stage.shape) // narrow if wide != narrow else 0)
        cost = (max(slowest), multipliers)
        if fits and (best is None or cost < best):
            best = cost
    return best


@pytest.mark.parametrize("budget", [3, 5, 9, 20, 1000])
@pytest.mark.parametrize(("shape", "layers"), NETWORKS)
def test_arch_foldings_are_the_best_there_are(shape, layers, budget):
    stages = read_stages(network(shape, layers), "dataflow")
    folding = fastest(stages, budget)
    assert (folding.bound, folding.multipliers) == _brute_force(stages, budget)


def test_arch_foldings_need_a_multiplier_per_layer():
    stages = read_stages(network((6,), [("dense", 4), ("dense", 3)]), "dataflow")
    with pytest.raises(UserError, match="needs at least 2 multipliers, one per layer; the budget is 1; raise"):
        fastest(stages, 1)


def test_arch_foldings_default_keeps_the_multipliers_busy():
    stages = read_stages(network((8, 8, 1), [("conv", 8, 3, "same", 1), ("pool", 2), ("dense", 10)]), "dataflow")
    folding = balanced(stages, 1000)
    macs = sum(stage.macs for stage in stages if isinstance(stage, Layer))
    assert folding.bound >= 64 and macs >= 0.95 * folding.multipliers * folding.bound
    assert balanced(stages, 5).multipliers <= 5

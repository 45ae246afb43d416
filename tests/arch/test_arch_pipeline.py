"""The token simulation against a second one that goes cycle by cycle, and the FIFOs that it fits."""

from __future__ import annotations

from collections import deque

import pytest

from hlsgen.arch import Adapter, Input, Mac, MaxPool, Output, Window
from hlsgen.arch.pipeline import LARGEST_FIFO, fit_fifos, simulate

SAMPLES = 4


def _mac(vectors, taps, outputs, pe, simd):
    return Mac("m", "m", vectors, taps, outputs, pe, simd, 8, 8, 20, 8, 0)


# Chains whose units agree on the words between them.
CHAINS = [
    [Input("i", "p", "t", 8, 1, 8), _mac(1, 8, 4, 2, 1), Output("o", "p", "t", 2, 2, 8)],
    [Input("i", "p", "t", 4, 2, 8), Adapter("a", 8, 2, 4, 8), _mac(1, 8, 2, 1, 4), Output("o", "p", "t", 2, 1, 8)],
    [
        Input("i", "p", "t", 40, 1, 8),
        Window("w", "w", (5, 4, 2), (5, 4, 3), (3, 3), 1, (1, 1), 1, 8),
        _mac(20, 18, 3, 3, 9),
        MaxPool("x", "x", (5, 4, 3), (2, 2, 3), 2, 3, 8, True),
        Output("o", "p", "t", 4, 3, 8),
    ],
]


def _cycle_by_cycle(units):
    """(latency, interval) with endless FIFOs, by moving words between queues, one cycle after the other."""
    patterns = [(set(unit.reads().tolist()), set(unit.writes().tolist())) for unit in units]
    fifos = [deque() for _ in units[1:]]  # the cycles from which the words can be taken
    steps, ends, start, cycle = [0] * len(units), [], None, 0
    beats = len(patterns[-1][1])
    while len(ends) < SAMPLES * beats:
        for n, unit in enumerate(units):
            sample, step = divmod(steps[n], unit.steps)
            reads, writes = (step in pattern for pattern in patterns[n])
            if sample == SAMPLES or (reads and n and not (fifos[n - 1] and fifos[n - 1][0] <= cycle)):
                continue
            if reads and n:
                fifos[n - 1].popleft()
            if reads and start is None:
                start = cycle
            if writes:
                (fifos[n] if n < len(fifos) else ends).append(cycle + unit.depth)
            steps[n] += 1
        cycle += 1
    return ends[beats - 1] - start + 1, ends[-1] - ends[-1 - beats]


@pytest.mark.parametrize("units", CHAINS)
def test_arch_pipeline_agrees_with_a_simulation_of_every_cycle(units):
    timing = simulate(units, [LARGEST_FIFO] * (len(units) - 1))
    assert (timing.latency, timing.interval) == _cycle_by_cycle(units)


@pytest.mark.parametrize("units", CHAINS)
def test_arch_pipeline_fifos_are_as_small_as_the_interval_allows(units):
    depths, timing = fit_fifos(units)
    assert timing == simulate(units, depths)
    assert timing.interval == simulate(units, [LARGEST_FIFO] * len(depths)).interval
    for index, depth in enumerate(depths):
        smaller = [*depths[:index], depth // 2, *depths[index + 1 :]]
        assert depth == 2 or simulate(units, smaller).interval > timing.interval


def test_arch_pipeline_waits_for_room():
    """A fast source in front of a slow MAC unit goes at the pace of the MAC unit."""
    units = CHAINS[0]
    deep, shallow = simulate(units, [64, 2]), simulate(units, [2, 2])
    assert deep.interval == shallow.interval == 16
    assert shallow.latency >= deep.latency

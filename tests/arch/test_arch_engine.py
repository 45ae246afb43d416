"""The instructions of the sequential engine against nested loops."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from arch_networks import network

from hlsgen.arch import Pass, plan
from hlsgen.core.boards import load_board


def _flat(one: Pass):
    """(word address, weight address, row, column) of every step, as the engine computes them."""
    counts, state = [0] * 8, [one.x_start, one.weight_base, -one.pads[0], -one.pads[1]]
    strides = list(zip(one.x_strides, one.weight_strides, one.row_strides, one.column_strides, strict=True))
    for _ in range(one.steps):
        yield tuple(state)
        for level in range(8):
            if counts[level] < one.counts[level] - 1:
                counts[level] += 1
                state = [a + b for a, b in zip(state, strides[level], strict=True)]
                break
            counts[level] = 0


def _nested(one: Pass):
    """The same, by indices."""
    ranges = [range(count) for count in reversed(one.counts)]
    for row, column, out, down, right, k_row, k_column, group in product(*ranges):
        y = (row * one.pool + down) * one.stride - one.pads[0] + k_row
        x = (column * one.pool + right) * one.stride - one.pads[1] + k_column
        weight = ((out * one.kernel[0] + k_row) * one.kernel[1] + k_column) * one.groups + group
        yield one.x_base + (y * one.shape[1] + x) * one.groups + group, one.weight_base + weight, y, x


@pytest.mark.parametrize("budget", [1, 6, 64])
def test_arch_engine_strides_walk_the_nest(budget):
    layers = [("conv", 4, 3, "same", 1), ("pool", 2), ("conv", 5, 2, "valid", 2), ("dense", 3)]
    made = plan(network((7, 6, 3), layers), load_board("kv260"), "sequential", budget)
    passes = [unit for unit in made.units if isinstance(unit, Pass)]
    assert [one.pool for one in passes] == [2, 1, 1]
    for one in passes:
        assert list(_flat(one)) == list(_nested(one))


def test_arch_engine_regions_do_not_overlap():
    layers = [("conv", 4, 3, "same", 1), ("pool", 2), ("dense", 5), ("dense", 3)]
    made = plan(network((6, 6, 2), layers), load_board("kv260"), "sequential", 8)
    load, *passes, store = made.units
    assert passes[0].x_base == load.base and passes[-1].y_base == store.base
    for one in passes:
        words = int(np.prod(one.shape)) * one.groups
        results = int(np.prod(one.out_shape)) * -(-one.passes * made.engine.pe // made.engine.simd)
        apart = one.x_base + words <= one.y_base or one.y_base + results <= one.x_base
        assert apart and max(one.x_base + words, one.y_base + results) <= made.engine.activation_words

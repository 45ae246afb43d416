"""The intervals of values for those who ask about addresses: what `narrow` knows, and where counters go."""

from __future__ import annotations

from hlsgen.hls.cdfg.affine import Range
from hlsgen.hls.cdfg.counters import counters
from hlsgen.hls.cdfg.ir import Function
from hlsgen.hls.passes.narrow import value_ranges


def known_ranges(function: Function) -> dict[int, Range]:
    """Operation id -> (lowest, highest) value, read as signed when the lowest is below 0."""
    found = {id: (interval.low, interval.high) for id, interval in value_ranges(function).items()}
    return found | {counter.phi: (counter.low, counter.high) for counter in counters(function)}

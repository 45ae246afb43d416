"""The token simulation of a chain of units: when each word moves, with FIFOs of finite depth between the units.

In: each unit's steps, the steps in which it reads and writes, its pipeline depth; the FIFO depths. Out: the
cycles of the first and the last beat of every sample. One step is one cycle; a step waits until its word is there
and there is room for what it writes. It is exact for units that never stop halfway, and ignores how a stalled
pipeline drains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .units import Unit

SAMPLES = 4  # the interval is that between the last two
SMALLEST_FIFO, LARGEST_FIFO = 2, 1 << 14


@dataclass(frozen=True, slots=True)
class Pipeline:
    """How a unit's loop runs: the cycles of one step, and those between the starts of two."""

    depth: int
    interval: int


@dataclass(frozen=True, slots=True)
class Timing:
    """In cycles: `latency` from the first beat taken of a sample in an idle chain to its last beat put out; `interval`
    between the same beats of successive samples that arrive without a pause."""

    latency: int
    interval: int


def simulate(
    units: Sequence[Unit], depths: Sequence[int], samples: int = SAMPLES, pipelines: Sequence[Pipeline] = ()
) -> Timing:
    """Run `samples` samples through the chain. depths: words of the FIFO behind each unit but the last. pipelines: of
    the units; by default as deep as planned, a step each cycle."""
    planned = pipelines or [Pipeline(unit.depth, 1) for unit in units]
    actors = [_Actor.of(unit, pipeline) for unit, pipeline in zip(units, planned, strict=True)]
    fifos = [_Fifo(depth) for depth in depths]
    moved = True
    while moved:
        moved = False
        for index, actor in enumerate(actors):
            source = fifos[index - 1] if index else None
            target = fifos[index] if index < len(fifos) else None
            moved |= actor.advance(source, target, samples)
    first, last = actors[0], actors[-1]
    beats = len(last.writes)
    ends = [last.finished[sample * beats + beats - 1] for sample in range(samples)]
    return Timing(ends[0] - first.started + 1, ends[-1] - ends[-2])


def fit_fifos(units: Sequence[Unit]) -> tuple[tuple[int, ...], Timing]:
    """The smallest FIFOs (powers of two, each fitted after those behind it) that cost no interval; and the timing."""
    depths = [SMALLEST_FIFO] * (len(units) - 1)
    slowest = max(unit.steps for unit in units)
    timing = simulate(units, depths)
    if timing.interval <= slowest:
        return tuple(depths), timing
    depths = [LARGEST_FIFO] * len(depths)
    best = simulate(units, depths)
    for index in reversed(range(len(depths))):
        low, high = SMALLEST_FIFO, LARGEST_FIFO
        while low < high:
            middle = 1 << ((low.bit_length() + high.bit_length()) // 2 - 1)
            trial = simulate(units, [*depths[:index], middle, *depths[index + 1 :]])
            low, high = (low, middle) if trial.interval <= best.interval else (middle * 2, high)
        depths[index] = high
    return tuple(depths), simulate(units, depths)


@dataclass(slots=True)
class _Fifo:
    depth: int
    arrivals: list[int] = field(default_factory=list)  # cycle from which each word can be taken
    departures: list[int] = field(default_factory=list)  # cycle in which each word was taken


@dataclass(slots=True)
class _Actor:
    """A unit in motion: only its steps that read or write are visited, the others just take time."""

    events: list[tuple[int, bool, bool]]  # (step, reads, writes) of one sample
    writes: np.ndarray
    steps: int
    depth: int
    next_event: int = 0
    free: int = 0  # the cycle in which step 0 of the sample at hand could have started
    started: int = 0
    sample: int = 0
    finished: list[int] = field(default_factory=list)

    @staticmethod
    def of(unit: Unit, pipeline: Pipeline) -> _Actor:
        reads, writes = unit.reads(), unit.writes()
        steps = np.union1d(reads, writes)
        starts = (steps * pipeline.interval).tolist()
        flags = zip(starts, np.isin(steps, reads).tolist(), np.isin(steps, writes).tolist(), strict=True)
        return _Actor(list(flags), writes, unit.steps * pipeline.interval, pipeline.depth)

    def advance(self, source: _Fifo | None, target: _Fifo | None, samples: int) -> bool:
        """Take as many steps as words and room allow; whether there was any."""
        before = (self.sample, self.next_event)
        while self.sample < samples:
            step, reads, writes = self.events[self.next_event]
            cycle = self.free + step
            if reads and source is not None:
                taken = len(source.departures)
                if taken == len(source.arrivals):
                    break
                cycle = max(cycle, source.arrivals[taken])
            if writes and target is not None:
                earlier = len(target.arrivals) - target.depth
                if earlier >= 0:
                    if earlier >= len(target.departures):
                        break
                    # A word that leaves a full FIFO in one cycle makes room for a write in the next one.
                    cycle = max(cycle, target.departures[earlier] + 2 - self.depth)
            if reads and source is not None:
                source.departures.append(cycle)
            if writes:
                (self.finished if target is None else target.arrivals).append(cycle + self.depth)
            if self.sample == self.next_event == 0:
                self.started = cycle
            self.free = cycle - step
            self.next_event += 1
            if self.next_event == len(self.events):
                self.next_event, self.free = 0, self.free + self.steps
                self.sample += 1
        return before != (self.sample, self.next_event)

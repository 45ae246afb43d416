"""Finds how deep the FIFOs between processes have to be for recorded calls, in one simulator that takes any depths.

First with FIFOs as deep as they get: what they hold at most is enough for each. Then with the depths asked for, as
long as a FIFO that is full holds up a circle of waiting processes: that one becomes as deep as it needs, and no
deeper.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..core.errors import UserError
from ..core.progress import report
from .batch import Design, simulate_many
from .interface import load_interface
from .recording import Recording
from .signature import Fifo
from .stuck import CosimStuck, full_in_cycle
from .verdict import CallsResult

DEEPEST_WORDS = 16384  # that the simulator holds
MAX_IDLE_CYCLES = 50_000
SEEDS = 3  # patterns of stalls that the depths have to do for


@dataclass(frozen=True, slots=True)
class Depths:
    """`needed`: FIFOs that have to be deeper than they are, and how deep. `most`: words that each held, with the depths
    in `needed`. `asked`: the depths that the design has. `fifos`: by name."""

    needed: dict[str, int]
    most: dict[str, int]
    asked: dict[str, int]
    fifos: dict[str, Fifo]

    def pragmas(self) -> list[str]:
        """What to write into the C++: a stream of a region below the top is followed by where it lies."""
        found: dict[tuple[str, str], int] = {}
        for name, depth in self.needed.items():
            key = (self.fifos[name].variable or name, name.rpartition(".")[0])
            found[key] = max(depth, found.get(key, 0))
        return [
            f"#pragma HLS STREAM variable={variable} depth={depth}{f'  // in {region}' if region else ''}"
            for (variable, region), depth in found.items()
        ]

    def by_key(self) -> dict[str, int]:
        """The depths for the compiler: one for all instances of a region."""
        found: dict[str, int] = {}
        for name, depth in self.needed.items():
            key = self.fifos[name].key or name
            found[key] = max(depth, found.get(key, 0))
        return found


def find_depths(
    rtl_folder: Path, recording: Recording, workdir: Path, *, seed: int = 1, max_idle_cycles: int = MAX_IDLE_CYCLES
) -> Depths:
    """The least depths with which all passes come to their end.

    Raises `CosimStuck` when no depth helps, `UserError` when a FIFO would have to be deeper than `DEEPEST_WORDS`.
    """
    return _Search(rtl_folder, recording, workdir, seed, max_idle_cycles).run()


class _Search:
    def __init__(self, rtl: Path, recording: Recording, workdir: Path, seed: int, max_idle: int) -> None:
        self.design = Design("design", rtl, recording)
        self.workdir, self.seed, self.max_idle = workdir, seed, max_idle
        self.signature = load_interface(rtl).signature
        inner = [fifo for fifo in self.signature.fifos if fifo.producer and fifo.consumer]
        self.fifos = {fifo.name: fifo for fifo in inner}
        self.asked = {fifo.name: fifo.depth for fifo in inner}

    def simulate(self, depths: dict[str, int], seed: int | None = None) -> CallsResult | CosimStuck:
        words = {self.fifos[name].instance: depth for name, depth in depths.items()}
        report(0, 0, f"simulating with {', '.join(f'{n}={d}' for n, d in depths.items()) or 'the depths asked for'}")
        result = simulate_many(
            [self.design], self.workdir, seed=seed or self.seed, max_idle_cycles=self.max_idle, depths=words
        )["design"]
        if isinstance(result, UserError) and not isinstance(result, CosimStuck):
            raise result
        return result

    def run(self) -> Depths:
        first = self.simulate({})
        if isinstance(first, CallsResult):
            return Depths({}, {name: first.fifo_most[name] for name in self.asked}, self.asked, self.fifos)
        deep = self.simulate(dict.fromkeys(self.asked, DEEPEST_WORDS))
        if isinstance(deep, CosimStuck):
            raise deep
        needed: dict[str, int] = {}
        result: CallsResult | CosimStuck = first
        while isinstance(result, CosimStuck):
            name = full_in_cycle(self.signature, result.record)
            if name is None or name in needed:
                # No circle to be seen (the bench waits), or not that FIFO alone: all that held more than they may.
                needed |= {
                    each: most
                    for each, most in deep.fifo_most.items()
                    if each in self.asked and most > self.asked[each]
                }
                result = self.simulate(needed)
                if isinstance(result, CosimStuck):
                    raise result
                break
            needed[name] = max(deep.fifo_most[name], self.asked[name] + 1)
            result = self.simulate(needed)
        for name in list(needed):
            needed[name] = self.least(name, needed)
        needed = {name: depth for name, depth in needed.items() if depth > self.asked[name]}
        last = self.settled(needed)
        return Depths(needed, {name: last.fifo_most[name] for name in self.asked}, self.asked, self.fifos)

    def settled(self, needed: dict[str, int]) -> CallsResult:
        """The result with `needed`, which grows as long as other patterns of stalls ask for more."""
        for more in range(1, SEEDS):
            self.settled_for(needed, self.seed + more)
        return self.settled_for(needed, self.seed)

    def settled_for(self, needed: dict[str, int], seed: int) -> CallsResult:
        while isinstance(result := self.simulate(needed, seed), CosimStuck):
            name = full_in_cycle(self.signature, result.record)
            if name is None or needed.get(name, 0) >= DEEPEST_WORDS:
                raise result
            needed[name] = needed.get(name, self.asked[name]) + 1
        return result

    def least(self, name: str, depths: dict[str, int]) -> int:
        """The least depth of one FIFO with which it still goes, the others as they are."""
        low, high = self.asked[name], depths[name]  # too shallow, perhaps; deep enough
        while low < high:
            middle = (low + high) // 2
            if isinstance(self.simulate({**depths, name: middle}), CosimStuck):
                low = middle + 1
            else:
                high = middle
        return high

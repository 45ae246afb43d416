"""Pragmas where the user says nothing: the choice between the levels of every nest, made by trying.

A loop nest is compiled with its innermost loops pipelined, then with those around them (what is below is unrolled),
and so on while the unrolled body and its DSP blocks stay within a budget; at each level as it is, and with the loops
above flattened into the pipelined one. The schedule tells the cycles of each. All nests are tried at one level
together, so there are twice as many trials as the deepest nest has levels. Where the long way through an innermost
loop is rare, pipelined iterations would all take the interval of the long one: one more trial tells whether the loop
had better stay as it is. Where the ports of arrays hold a level up, it is tried again with these arrays in banks. Where
nests follow each other, it is tried whether they had better run at the same time. What is chosen are pragmas, which the
report lists: written into the source, they force the same.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path

from hlsgen.hls.bind.target import Target
from hlsgen.hls.frontend.compile import Chosen, Prepared, lower
from hlsgen.hls.llvm import ir
from hlsgen.hls.llvm.tasks import tasks_of

from .banking import count_banks, divisions
from .merging import merging
from .nests import find_nests
from .trials import DSP_BLOCKS_MAX, Found, Trial, Trials

_WORTH = 0.9  # a level that unrolls more, and banks, have to save a tenth of the cycles,
_FLAT_WORTH = 0.99  # flattening, which costs little, a hundredth
_PLAIN_WORTH = 2 / 3  # no pipeline, where a guess of how often branches are taken tells the cycles, a third
_SHORT = 2  # cycles between iterations, which plain ones with branches in them take as well

_Tried = dict[int, tuple[Chosen, ...]]  # number of a nest -> its pragmas


def choose(prepared: Prepared, target: Target, workdir: Path) -> tuple[Chosen, ...]:
    """Pragmas for the loops of nests in which the user has none, for arrays that hold them up, and for tasks."""
    chosen = _for_loops(Trials(prepared, target, workdir))
    if any(map(tasks_of, prepared.parsed.module.functions.values())):
        return (*chosen, *_for_tasks(lower(prepared, workdir, chosen)))
    return chosen


def _for_tasks(front: ir.FrontEnd) -> tuple[Chosen, ...]:
    """A task starts over for ever, so that it is a loop itself, unless it has loops."""
    functions = front.module.functions
    tasks = dict.fromkeys(name for function in functions.values() for name in tasks_of(function))
    decided = {d.function for d in front.directives if d.kind in ("pipeline", "dataflow")}
    decided |= {loop.function for loop in front.loops}
    return tuple(Chosen(-1, "pipeline", function=name) for name in tasks if name not in decided)


class _Best:
    """For each nest, by its number: cycles, level and pragmas of the best that was offered."""

    def __init__(self, target: Target) -> None:
        self.dsp_blocks = DSP_BLOCKS_MAX[target.delays.family]
        self.found: dict[int, tuple[Found, int, tuple[Chosen, ...]]] = {}

    def offer(self, number: int, level: int, flatten: bool, found: Found, chosen: tuple[Chosen, ...]) -> None:
        if number in self.found and found.dsp_blocks > self.dsp_blocks:
            return
        known, at, _ = self.found.get(number, (Found(), level, ()))
        cycles = known.cycles
        as_it_is = flatten and at == level and found.cycles == cycles < inf  # a pass had flattened it unasked
        if number not in self.found or as_it_is or found.cycles < (_FLAT_WORTH if flatten else _WORTH) * cycles:
            self.found[number] = found, level, chosen

    @property
    def pragmas(self) -> list[Chosen]:
        return [chosen for _, _, each in self.found.values() for chosen in each]


def _for_loops(trials: Trials) -> tuple[Chosen, ...]:
    nests = find_nests(trials.front)
    if not nests:
        return ()
    branching = frozenset(loop.number for loop in trials.front.loops if len(loop.blocks) > 1)
    plain, banked = _Best(trials.target), _Best(trials.target)  # without and with arrays in banks
    levels = 1 + max(nest.height for nest in nests)
    for level, flatten in itertools.product(range(levels), (False, True)):
        tried = {
            nest.number: nest.pragmas(level, flatten)
            for nest in nests
            if nest.height >= level + flatten and nest.fits(level)
        }
        if not tried:
            continue
        trial = trials.of(_all(tried))
        if trial is None:
            tried = {number: _possible(trials, each, level) for number, each in tried.items()}
            tried = {number: each for number, each in tried.items() if each}
            trial = trials.of(_all(tried))
        if trial is None:
            continue
        found = trial.found
        if level == 0 and not flatten:
            tried, found = _left_plain(trials, tried, found, branching)
        for number, chosen in tried.items():
            plain.offer(number, level, flatten, found[number], chosen)
            banked.offer(number, level, flatten, found[number], chosen)
        for number, chosen, better in _in_banks(trials, trial, tried):
            banked.offer(number, level, False, better, chosen)
    pragmas = _together(trials, plain, banked)
    return (*pragmas, *(merging(trials, pragmas) if len(banked.found) > 1 else ()))


def _all(tried: _Tried) -> list[Chosen]:
    return [chosen for each in tried.values() for chosen in each]


def _possible(trials: Trials, pragmas: tuple[Chosen, ...], level: int) -> tuple[Chosen, ...]:
    """Those of a nest with which the program compiles: LLVM may have made two loops of one, inner and outer, and left
    others between them. Above the innermost loops it is all or none."""
    if level:
        return pragmas if trials.of(pragmas) is not None else ()
    return tuple(each for each in pragmas if trials.of([each]) is not None)


def _left_plain(
    trials: Trials, tried: _Tried, found: defaultdict[int, Found], branching: frozenset[int]
) -> tuple[_Tried, defaultdict[int, Found]]:
    """PIPELINE off for the innermost loops whose iterations are so much shorter on average than the interval, unless
    their nest becomes slower. branching: the loops of several blocks, which alone may have a long way that is rare."""
    slow = {each.loop for each in _all(tried) if each.loop in branching and _SHORT < found[each.loop].interval < inf}
    trial = trials.of(_all({number: _off(pragmas, slow) for number, pragmas in tried.items()})) if slow else None
    if trial is None:
        return tried, found
    plain = trial.found
    rare = {loop for loop in slow if plain[loop].interval < _PLAIN_WORTH * found[loop].interval}
    left = {number: _off(pragmas, rare) for number, pragmas in tried.items()}
    left = {number: each for number, each in left.items() if plain[number].cycles <= found[number].cycles}
    return tried | left, found | {number: plain[number] for number in left if left[number] != tried[number]}


def _off(pragmas: tuple[Chosen, ...], loops: set[int]) -> tuple[Chosen, ...]:
    return tuple(replace(each, options=(("off", True),)) if each.loop in loops else each for each in pragmas)


def _in_banks(trials: Trials, trial: Trial, tried: _Tried) -> Iterator[tuple[int, tuple[Chosen, ...], Found]]:
    """(nest, pragmas, what is found) for the nests that wait for the ports of arrays, with these in banks."""
    divided = divisions(trial.front, trial.functions, trials.target.delays.family)
    better = trials.of([*_all(tried), *(pragma for each in divided for pragma in each.pragmas)]) if divided else None
    if better is None:
        return
    for number, chosen in tried.items():
        loops = {each.loop for each in chosen}
        mine = [each for each in divided if any(trial.numbers[each.function, loop] & loops for loop in each.loops)]
        if mine:
            yield number, (*chosen, *(pragma for each in mine for pragma in each.pragmas)), better.found[number]


def _together(trials: Trials, plain: _Best, banked: _Best) -> Sequence[Chosen]:
    """The pragmas of all nests. Banks let a nest use more multipliers: those that gain least by theirs have none while
    the program does not fit the device. Nobody has any where all nests together gain nothing."""
    while any(each.variable for each in banked.pragmas):
        pragmas = _agreed(banked.pragmas)
        trial, without = trials.of(pragmas), trials.of(plain.pragmas)
        if trial is None or (without is not None and not _gains(trial, without, banked)):
            break
        over = trial.dsp_blocks - max(banked.dsp_blocks, without.dsp_blocks if without is not None else 0)
        if over <= 0:
            return pragmas
        for number in sorted(banked.found, key=lambda number: _gain_per_block(banked, plain, number)):
            if over > 0 and banked.found[number] != plain.found[number]:
                over -= banked.found[number][0].dsp_blocks - plain.found[number][0].dsp_blocks
                banked.found[number] = plain.found[number]
    return plain.pragmas


def _agreed(pragmas: Sequence[Chosen]) -> list[Chosen]:
    """An array that several nests divide has the most banks that one of them wants."""
    wanted: dict[tuple[str, ir.VariableTarget], set[tuple[Chosen, ...]]] = defaultdict(set)
    for array, several in itertools.groupby(pragmas, key=lambda each: (each.function, each.variable)):
        if array[1] is not None:
            wanted[array[0], array[1]].add(tuple(several))
    divided = (max(sorted(each, key=str), key=count_banks) for each in wanted.values())
    return [*(each for each in pragmas if each.variable is None), *itertools.chain(*divided)]


def _gain_per_block(banked: _Best, plain: _Best, number: int) -> float:
    (ours, _, _), (theirs, _, _) = banked.found[number], plain.found[number]
    gain = theirs.cycles - ours.cycles if ours.cycles < inf else 0.0
    return gain / max(ours.dsp_blocks - theirs.dsp_blocks, 1)


def _gains(trial: Trial, other: Trial, best: _Best) -> bool:
    pairs = [(trial.found[number].cycles, other.found[number].cycles) for number in best.found]
    known = [(ours, theirs) for ours, theirs in pairs if max(ours, theirs) < inf]
    return sum(ours for ours, _ in known) < _FLAT_WORTH * sum(theirs for _, theirs in known)

"""Cosimulation of an accelerator behind AXI masters: golden vectors laid out in memory, call by call, on the RTL.

In: RTL whose arguments are one array of words per tensor and the number of samples; the words of all samples, as
`<port>.hex`. The first call is for the first sample alone, then come all samples, `batch` a call. Every word of every
tensor is compared after every call, and those that nothing may touch; beats are counted at every port.

A design that loads its weights has them as an argument of memory too. After the first call, with those that it was
made with, a call loads the ones in `others`, for no sample; the next computes with them, and the one behind it loads
the model's own again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import InternalError, UserError
from .call_bench import AxiMemory
from .cosim import MAX_IDLE_CYCLES
from .interface import Argument, Interface, load_interface
from .project import cosim_project
from .recording import Call, Recording, Rows
from .verdict import CallsResult

_SAMPLES = "samples"  # the argument with their number
_LOAD, _PARAMETERS = "load", "parameters_memory"  # of a design that loads its weights
_UNTOUCHED = 0xA5


@dataclass(frozen=True, slots=True)
class MemoryResult:
    """What a cosimulation measured. cycles: of the call for one sample, from ap_start to ap_done. interval: cycles of
    each further sample of a call, the mean of the longest one; None when no call had two. port_words: read or written
    at the master of each tensor for a sample, as counted in the RTL. load_words, load_cycles: of a call that only loads
    weights, 0 where there is none. sim_cycles_per_second: of CPU in the last pass."""

    calls: CallsResult
    samples: int
    cycles: int
    interval: int | None
    port_words: dict[str, int]
    load_words: int = 0
    load_cycles: int = 0
    sim_cycles_per_second: int = 0

    @property
    def passed(self) -> bool:
        return self.calls.equal


def cosim_memory(
    rtl_folder: Path,
    vectors_folder: Path,
    workdir: Path,
    *,
    seed: int = 1,
    waves: bool = False,
    latency_cycles: int = 16,
    stalls: bool = True,
    max_idle_cycles: int = MAX_IDLE_CYCLES,
) -> MemoryResult:
    """Simulate the RTL in `rtl_folder` over the vectors, with memory that answers after `latency_cycles`.

    Raises what `cosim_project` raises, and a `UserError` for vectors that are not of this design.
    """
    interface = load_interface(rtl_folder)
    recording, plays = memory_calls(interface, vectors_folder)
    result = cosim_project(
        rtl_folder,
        recording,
        workdir,
        seed=seed,
        stalls=stalls,
        waves=waves,
        max_idle_cycles=max_idle_cycles,
        memory=AxiMemory(latency_cycles, before_page_words=0),  # pages, as drivers allocate them
    )
    return replace(measured(interface, result, plays), sim_cycles_per_second=_speed(workdir / "run" / "passes.json"))


@dataclass(frozen=True, slots=True)
class Play:
    """A call for so many samples, which may load weights before them. own: the weights are the model's."""

    count: int
    loads: bool = False
    own: bool = True


def memory_calls(interface: Interface, vectors_folder: Path) -> tuple[Recording, list[Play]]:
    """The calls over the vectors, and what each is. Raises a `UserError` for vectors of another design."""
    vectors = _load(vectors_folder, interface)
    plays, calls = [Play(1)], [vectors.call(0, 1)]
    loads = _LOAD in {argument.name for argument in interface.parameters}
    if loads:
        others = _load(vectors_folder / "others", interface)
        plays += [Play(0, loads=True, own=False), Play(others.samples, own=False)]
        calls += [others.call(0, 0, loads=True), others.call(0, others.samples)]
    for first in range(0, vectors.samples, vectors.batch):
        plays.append(Play(min(vectors.batch, vectors.samples - first), loads=loads and first == 0))
        calls.append(vectors.call(first, plays[-1].count, plays[-1].loads))
    bits = {argument.name: argument.bits for argument in interface.parameters}
    return Recording(tuple(calls), frozenset(), bits), plays


def measured(interface: Interface, result: CallsResult, plays: list[Play]) -> MemoryResult:
    """What the calls of `memory_calls` have shown."""
    cycles = result.call_cycles
    longest, many = max((play.count, -number) for number, play in enumerate(plays[1:], 1) if not play.loads)
    samples, loads = sum(play.count for play in plays), [number for number, play in enumerate(plays) if play.loads]
    words, load_words = {}, 0
    for master in interface.axi_masters:
        (argument,) = (each for each in interface.parameters if each.bundle == master.bundle)
        _, read, _, written = result.axi[master.name]
        loaded = argument.name == _PARAMETERS
        each, rest = divmod(read + written, len(loads) if loaded else samples)
        if rest:
            raise InternalError(f"{read + written} words at {argument.name} for {samples} samples")
        if loaded:
            load_words = each
        else:
            words[argument.name] = each
    return MemoryResult(
        calls=result,
        samples=sum(play.count for play in plays[1:] if play.own),
        cycles=cycles[0],
        interval=round((cycles[-many] - cycles[0]) / (longest - 1)) if longest > 1 else None,
        port_words=words,
        load_words=load_words,
        load_cycles=cycles[loads[0]] if loads else 0,
    )


@dataclass(frozen=True, slots=True)
class _Vectors:
    """words: of each argument, (samples, words, bytes), the lowest byte first. weights: those of a design that loads
    them, (words, bytes)."""

    samples: int
    batch: int
    words: dict[str, Rows]
    arguments: dict[str, Argument]
    weights: Rows | None = None

    def call(self, first: int, count: int, loads: bool = False) -> Call:
        made = Call()
        if self.weights is not None:
            made.before[_PARAMETERS] = made.after[_PARAMETERS] = self.weights
            made.before[_LOAD] = np.array([[loads]], np.uint8)
        for name, words in self.words.items():
            argument = self.arguments[name]
            held = np.full((argument.depth, words.shape[2]), _UNTOUCHED, np.uint8)
            made.before[name] = held
            filled = held.copy()
            part = words[first : first + count].reshape(-1, words.shape[2])
            filled[: len(part)] = part
            if argument.is_output:
                made.after[name] = filled
            else:
                made.before[name] = made.after[name] = filled
        number = np.frombuffer(count.to_bytes(4, "little"), np.uint8).reshape(1, 4)
        made.before[_SAMPLES] = number
        return made


def _load(folder: Path, interface: Interface) -> _Vectors:
    """The words of every master's argument. Raises a `UserError` for files that are not there or do not fit."""
    try:
        raw: dict[str, Any] = json.loads((folder / "vectors.json").read_text())
        samples, batch = raw["samples"], raw["batch"]
        arguments = {argument.name: argument for argument in interface.parameters if argument.mode == "m_axi"}
        loaded = arguments.pop(_PARAMETERS, None)
        weights = _read(folder / f"{_PARAMETERS}.hex", loaded, 1, 1)[0] if loaded else None
        found = {name: _read(folder / f"{name}.hex", argument, samples, batch) for name, argument in arguments.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"no vectors for AXI masters: {error}", where=str(folder), do="run hlsgen vectors again"
        ) from error
    return _Vectors(samples, batch, found, arguments, weights)


def _read(path: Path, argument: Argument, samples: int, batch: int) -> Rows:
    size = argument.bits // 8
    lines = path.read_text(encoding="ascii").split()
    if len(lines) * batch != samples * argument.depth or any(len(line) != 2 * size for line in lines):
        raise ValueError(f"{path.name} has {len(lines)} words for {samples} samples")
    flat = np.frombuffer(bytes.fromhex("".join(lines)), np.uint8)
    return flat.reshape(samples, -1, size)[:, :, ::-1]


def _speed(path: Path) -> int:
    """Simulated cycles per second of CPU in the last pass."""
    last = list(json.loads(path.read_text()).values())[-1]
    return round(last["cycles"] / max(last["cpu_seconds"], 1e-9))

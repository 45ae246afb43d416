"""Cosimulation of an accelerator behind AXI masters: golden vectors laid out in memory, call by call, on the RTL.

In: RTL whose arguments are one array of words per tensor and the number of samples; the words of all samples, as
`<port>.hex`. The first call is for the first sample alone, then come all samples, `batch` a call. Every word of every
tensor is compared after every call, and those that nothing may touch; beats are counted at every port.
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
_UNTOUCHED = 0xA5


@dataclass(frozen=True, slots=True)
class MemoryResult:
    """What a cosimulation measured. cycles: of the call for one sample, from ap_start to ap_done. interval: cycles of
    each further sample of a call, the mean of the longest one; None when no call had two. port_words: read or written
    at the master of each tensor for a sample, as counted in the RTL. sim_cycles_per_second: of CPU in the last pass."""

    calls: CallsResult
    samples: int
    cycles: int
    interval: int | None
    port_words: dict[str, int]
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
    recording, counts = memory_calls(interface, vectors_folder)
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
    return replace(measured(interface, result, counts), sim_cycles_per_second=_speed(workdir / "run" / "passes.json"))


def memory_calls(interface: Interface, vectors_folder: Path) -> tuple[Recording, list[int]]:
    """The calls over the vectors, and the samples of each. Raises a `UserError` for vectors of another design."""
    vectors = _load(vectors_folder, interface)
    counts = [1]
    for first in range(0, vectors.samples, vectors.batch):
        counts.append(min(vectors.batch, vectors.samples - first))
    calls, first = [], 0
    for number, count in enumerate(counts):
        calls.append(vectors.call(first, count))
        first = 0 if number == 0 else first + count
    bits = {argument.name: argument.bits for argument in interface.parameters}
    return Recording(tuple(calls), frozenset(), bits), counts


def measured(interface: Interface, result: CallsResult, counts: list[int]) -> MemoryResult:
    """What the calls of `memory_calls` have shown."""
    cycles = result.call_cycles
    longest = max(counts[1:])
    many = cycles[counts.index(longest, 1)] - cycles[0]
    words = {}
    for master in interface.axi_masters:
        (argument,) = (each for each in interface.parameters if each.bundle == master.bundle)
        _, read, _, written = result.axi[master.name]
        words[argument.name], rest = divmod(read + written, sum(counts))
        if rest:
            raise InternalError(f"{read + written} words at {argument.name} for {sum(counts)} samples")
    interval = round(many / (longest - 1)) if longest > 1 else None
    return MemoryResult(result, sum(counts[1:]), cycles[0], interval, words)


@dataclass(frozen=True, slots=True)
class _Vectors:
    """words: of each argument, (samples, words, bytes), the lowest byte first."""

    samples: int
    batch: int
    words: dict[str, Rows]
    arguments: dict[str, Argument]

    def call(self, first: int, count: int) -> Call:
        made = Call()
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
        found = {name: _read(folder / f"{name}.hex", argument, samples, batch) for name, argument in arguments.items()}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"no vectors for AXI masters: {error}", where=str(folder), do="run hlsgen vectors again"
        ) from error
    return _Vectors(samples, batch, found, arguments)


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

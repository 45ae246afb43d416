"""Cosimulation of a project behind AXI masters: what its own test bench does, played to the RTL, memory compared."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from hlsgen.sim.interface import load_interface
from hlsgen.sim.project import cosim_project
from hlsgen.sim.recorder import record_calls
from hlsgen.sim.recording import Call, Recording
from hlsgen.sim.verdict import CallsResult


def is_called(rtl: Path) -> bool:
    """Whether there are AXI masters; the vectors of streams cannot drive them."""
    return bool(load_interface(rtl).axi_masters)


def cosim_calls(
    project: Path, rtl: Path, vectors: Path, workdir: Path, *, seed: int = 1, waves: bool = False
) -> CallsResult:
    """The bench in `project`/tb, which compares the C++ with golden, on the samples in `vectors`; the RTL with it.

    Raises `BenchFailed` when the C++ differs from golden, and what `cosim_project` raises.
    """
    interface = load_interface(rtl)
    top = interface.signature.top
    workdir.mkdir(parents=True, exist_ok=True)
    recording = record_calls(
        [project / "src" / f"{top}.cpp"],
        [project / "tb" / f"{top}_tb.cpp"],
        top,
        interface,
        workdir,
        include_dirs=[project / "src"],
        folder=vectors.parent,  # where the bench looks for the folder `vectors`
    )
    spilled = json.loads((project / "interface.json").read_text(encoding="utf-8")).get("spilled", ())
    compared = _without(recording, {port["port"] for port in spilled})
    return cosim_project(rtl, compared, workdir, seed=seed, waves=waves)


def _without(recording: Recording, names: set[str]) -> Recording:
    """Only what is behind other arguments is compared: scores that do not count are what a memory held before."""
    defined = tuple(
        Call(after={name: np.full_like(rows, 0 if name in names else 0xFF) for name, rows in call.after.items()})
        for call in recording.calls
    )
    return replace(recording, defined=defined) if names else recording


def port_words(rtl: Path, result: CallsResult, word_bits: dict[str, int]) -> dict[str, int]:
    """Words read and written behind each master in a call, by the name of its argument, as counted in the RTL.

    word_bits: of a word of each argument; a beat on a wider bus has several.
    """
    interface = load_interface(rtl)
    words = {}
    for master in interface.axi_masters:
        _, read, _, written = result.axi[master.name]
        (argument,) = (each.name for each in interface.arguments if each.bundle == master.bundle)
        words[argument] = (read + written) * max(1, master.data_bits // word_bits[argument]) // result.calls
    return words

"""`hlsgen project`: a design, or C++ sources, to a folder from which the board's tools make a bitstream.

A design is handed out when its C++, simulated natively, gives what golden gives; the README of the project says so, and
whether the RTL was simulated too, which takes longer and is what `hlsgen build` does.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from hlsgen.arch import Timing
from hlsgen.core.boards import load_board
from hlsgen.core.errors import UserError
from hlsgen.deploy import Design, Samples, check_flow, connected_io, connected_multipliers, first_samples, make_project
from hlsgen.flow.engine import closure, find_outcome, run_stages
from hlsgen.flow.kernel import KernelOptions, build_kernel, is_kernel
from hlsgen.flow.stage import Outcome
from hlsgen.flow.stages import STAGES
from hlsgen.model import load_design

from . import build, every_board
from .display import display_for

_STAGES = ("csim", "hls", "synth")
SAMPLES = 256  # that go with an overlay


def run(arguments: argparse.Namespace) -> int:
    if arguments.board == "all":
        return every_board.run(arguments, _make)
    made = _make(arguments)
    if arguments.json:
        print(json.dumps(made, indent=2))
    else:
        for name, value in made.items():
            if name == "used":
                value = ", ".join(f"{kind} {used:,} of {held:,}" for kind, (used, held) in value.items())
            if not isinstance(value, (list, dict)):
                print(f"{name.replace('_', ' '):20} {value}")
    for mismatch in made.get("mismatches", ()):
        print(f"hlsgen: {mismatch}", file=sys.stderr)
    return 0 if made.get("passed", True) else 1


def _make(arguments: argparse.Namespace) -> dict[str, Any]:
    """Writes the project, unless a simulation says that the design is wrong; the facts of it."""
    check_flow(arguments.board, arguments.counters)
    paths: list[Path] = arguments.paths
    design, mismatches = (_kernel(arguments), []) if is_kernel(paths[0]) else _design(arguments)
    if mismatches:
        error = "a simulation and golden differ: no project was written"
        return {"board": design.board.name, "passed": False, "error": error, "mismatches": mismatches}
    out = arguments.out or Path("build") / f"{paths[0].resolve().stem}-{design.board.name}"
    return {**make_project(design, out), "resources": design.resources}


def _design(arguments: argparse.Namespace) -> tuple[Design, list[str]]:
    """The design, and the mismatches of its simulations."""
    if len(arguments.paths) != 1:
        raise UserError("more than one design", do="name one folder with design.py, or C++ sources")
    if arguments.top:
        raise UserError(f"--top is for C++ sources, and {arguments.paths[0]} is none", do="leave it out")
    arguments.design = arguments.paths[0]
    arguments.io = arguments.io or connected_io(arguments.board)
    if arguments.multipliers is None:
        arguments.multipliers = connected_multipliers(arguments.board)
    options = build.options_of(arguments, out=arguments.build)
    settings, out = options.settings(), options.output
    stages = closure(STAGES, _STAGES)
    with display_for([stage.name for stage in stages]) as display:
        outcomes = run_stages(stages, out, settings, display, keep_edited=True, jobs=os.cpu_count() or 1)
        cosim = find_outcome(STAGES, "cosim", out, settings)
    folders = {stage.name: out / stage.folder for stage in stages}
    simulated = [outcomes["csim"], *([cosim] if cosim else [])]
    design = Design(
        rtl=folders["hls"],
        board=load_board(options.board),
        clock_ns=settings["clock_ns"],
        cpp=folders["codegen"],
        vectors=folders["vectors"],
        samples=_samples(options.folder, folders["golden"]),
        resources=outcomes["synth"].facts["resources"],
        timing=_timing(outcomes["hls"]),
        counters=arguments.counters,
        checks=_checks(outcomes["csim"], cosim),
    )
    return design, [mismatch for outcome in simulated for mismatch in outcome.facts["mismatches"]]


def _timing(hls: Outcome) -> Timing | None:
    return Timing(hls.facts["cycles"], hls.facts["interval"]) if "cycles" in hls.facts else None


def _checks(csim: Outcome, cosim: Outcome | None) -> tuple[str, ...]:
    """What was simulated, in sentences; the RTL only where a build has done it and nothing has changed since."""
    native = f"C simulation, on two sets of headers: every output of {csim.facts['vectors']:,} samples equals golden."
    if cosim is None:
        return native, "The RTL was not simulated. `hlsgen build` with the same options does it; then make the project."
    return native, f"C/RTL cosimulation: every output of {cosim.facts['vectors']:,} samples equals golden."


def _samples(design: Path, golden: Path) -> Samples:
    """The first held-out samples, and what golden makes of them."""
    held_out = load_design(design)
    outputs = np.load(golden / "outputs.npy")
    return first_samples(held_out.test_inputs, outputs, held_out.test_labels, SAMPLES)


def _kernel(arguments: argparse.Namespace) -> Design:
    if not arguments.top:
        raise UserError("which function is the design?", where=str(arguments.paths[0]), do="name it with --top")
    board = load_board(arguments.board)
    options = KernelOptions(
        sources=tuple(arguments.paths),
        top=arguments.top,
        board=board.name,
        clock_ns=arguments.clock,
        include_dirs=tuple(arguments.include),
        defines=tuple(arguments.define),
        out=arguments.build,
        resources=True,
    )
    report: dict[str, Any] = build_kernel(options)
    return Design(
        rtl=options.output / "rtl",
        board=board,
        clock_ns=arguments.clock or board.clock_ns,
        resources=report["resources"]["resources"],
        counters=arguments.counters,
        checks=("Nothing was simulated. `hlsgen hls --cosim BENCH` compares the RTL with the C++.",),
    )

"""Cosimulation of recorded calls for many designs at once: one Verilator model, one process.

Building the model costs more than running it, so small designs share one. They have nothing in common but the clock:
each has its own bench, files and log, its modules get names of their own, and one that is stuck does not hold up the
others.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core import tools
from ..core.atomic import disk_errors
from ..core.errors import InternalError, UserError
from ..core.paths import data_dir
from .call_bench import COCOTB_MODULE, AxiMemory, Plan, bench_sources, plan_bench, render_calls_bench
from .call_log import CallLog, read_call_log
from .interface import Interface, load_interface
from .model import Model, build_simulator
from .recording import Recording
from .simulator import run_simulator
from .stimulus import Stimulus, write_stimulus
from .verdict import CallsResult, judge

PASSES = ("one_by_one", "back_to_back", "random_stalls")
FIFO_PROBE, FIFO_MODULE = "fifo_probe.sv", "hlsgen_fifo"
_MODULE = re.compile(r"^\s*module\s+(\w+)", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_][\w$]*")


@dataclass(frozen=True)
class Design:
    """A design to simulate: a folder with `signature.json` and Verilog, and the calls of its top function."""

    name: str
    rtl: Path
    recording: Recording


def simulate_many(
    designs: Sequence[Design],
    workdir: Path,
    *,
    seed: int = 1,
    passes: Sequence[str] = PASSES,
    max_idle_cycles: int = 20_000,
    waves: bool = False,
    depths: Mapping[str, int] | None = None,
    quick: bool = True,
    memory: AxiMemory | None = None,
) -> dict[str, CallsResult | UserError]:
    """Play the calls of every design in one simulator; by name the result, or the error of that design alone.

    A `CosimStuck` is a design in which nothing moved for `max_idle_cycles`; another `UserError` one that cannot be
    driven or that Verilator refuses (the rest is then built without it). The pass one_by_one always runs. The
    simulator stays in `workdir`/model for the next time, logs are in `workdir`/run. depths: words of FIFOs by
    instance, in a simulator of its own for which any depths will do. quick: the simulator is built fast and runs
    slowly, right for runs of less than a million cycles. memory: behind AXI masters. Raises `ToolMissing`.
    """
    tools.require(tools.verilator, tools.cxx_candidates, tools.libpython)
    results: dict[str, CallsResult | UserError] = {}
    ready: list[_Ready] = []
    for design in designs:
        try:
            interface = load_interface(design.rtl)
            ready.append(_Ready(design, interface, plan_bench(interface, design.recording, memory)))
        except UserError as error:
            results[design.name] = error
    chosen = [name for name in PASSES if name == PASSES[0] or name in passes]
    results |= _simulate(ready, workdir.resolve(), _Run(seed, tuple(chosen), max_idle_cycles, waves, depths, quick))
    return {design.name: results[design.name] for design in designs}


@dataclass(frozen=True, slots=True)
class _Run:
    """What is asked of the simulator."""

    seed: int
    passes: tuple[str, ...]
    max_idle: int
    waves: bool
    depths: Mapping[str, int] | None
    quick: bool


@dataclass(frozen=True)
class _Ready:
    design: Design
    interface: Interface
    plan: Plan


def _simulate(ready: list[_Ready], workdir: Path, asked: _Run) -> dict[str, CallsResult | UserError]:
    """Halves what Verilator refuses until the culprits are alone."""
    if not ready:
        return {}
    try:
        model = _build(ready, workdir, asked)
    except UserError as error:
        if isinstance(error, tools.ToolMissing):
            raise
        if len(ready) == 1:
            return {ready[0].design.name: error}
        half = len(ready) // 2
        parts = (ready[:half], workdir / "first"), (ready[half:], workdir / "second")
        found: dict[str, CallsResult | UserError] = {}
        for part, folder in parts:
            found |= _simulate(part, folder, asked)
        return found
    run = workdir / "run"
    with disk_errors(run):
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir(parents=True)
    stimuli: list[Stimulus] = []
    for number, each in enumerate(ready):
        (run / str(number)).mkdir()
        stimuli.append(write_stimulus(each.plan, each.design.recording, run / str(number)))
    config = {
        "seed": asked.seed,
        "max_idle": asked.max_idle,
        "clock_ps": 2 * max(1, round(_clock_ns(ready) * 500)),
        "calls": sum(len(each.design.recording.calls) for each in ready),
    }
    arguments = [f"+calls={run}"]
    if asked.depths is not None:
        (run / "depths.txt").write_text("".join(f"dut.{name} {depth}\n" for name, depth in asked.depths.items()))
        arguments.append(f"+depths={run / 'depths.txt'}")
    extra = {"HLSGEN_CALLS": str(run / "calls.json")}
    for passes in [[name] for name in asked.passes] if any(map(_is_configured, ready)) else [list(asked.passes)]:
        (run / "calls.json").write_text(json.dumps(config | {"passes": passes}))
        run_simulator(model.executable, COCOTB_MODULE, run, extra, arguments, seed=asked.seed, waves=asked.waves)
        if asked.waves and not _is_clean(run / "0" / f"{passes[-1]}.log"):
            break  # the waves of the next pass would take the place of these
    return {
        each.design.name: _judged(each, stimulus, run, number, asked, model)
        for number, (each, stimulus) in enumerate(zip(ready, stimuli, strict=True))
    }


def _is_configured(each: _Ready) -> bool:
    """Whether it has memories with initial values, which a reset does not bring back: every pass then needs a simulator
    that starts anew."""
    return any("initial begin" in path.read_text() for path in each.interface.signature.files)


def _is_clean(path: Path) -> bool:
    log = read_call_log(path)
    return log.ended and not log.stuck and not log.findings


def _judged(
    each: _Ready, stimulus: Stimulus, run: Path, number: int, asked: _Run, model: Model
) -> CallsResult | UserError:
    logs: dict[str, CallLog] = {}
    for name in PASSES:
        path = run / str(number) / f"{name}.log"
        if path.exists():
            logs[name] = read_call_log(path)
    if PASSES[0] not in logs or not all(log.ended for log in logs.values()):
        log = (run / "simulation.log").read_text(errors="replace")
        raise InternalError("the simulator ended without a result", log)
    return judge(
        each.plan,
        each.design.recording,
        stimulus,
        logs,
        seed=asked.seed,
        max_idle=asked.max_idle,
        build_seconds=model.seconds,
        waves=str(run / "dump.vcd") if asked.waves else None,
    )


def _clock_ns(ready: list[_Ready]) -> float:
    return ready[0].interface.signature.clock_ns


def _build(ready: list[_Ready], workdir: Path, asked: _Run) -> Model:
    plans = [each.plan for each in ready]
    probing = asked.depths is not None
    folder = workdir / ("model-depths" if probing else "model-waves" if asked.waves else "model")
    probe = [data_dir("sim") / FIFO_PROBE] if probing else []
    if len(ready) == 1:
        files = [path for path in ready[0].interface.signature.files if not (probing and path.stem == FIFO_MODULE)]
        bench = render_calls_bench(plans, [{}], _clock_ns(ready))
        sources = [*bench_sources(), *probe, *files]
        return build_simulator(sources, {"tb.sv": bench}, folder, waves=asked.waves, quick=asked.quick)
    assert not probing, "depths are found for one design at a time"
    texts: dict[str, str] = {}
    renamed: list[dict[str, str]] = []
    for number, each in enumerate(ready):
        content = {path.name: path.read_text() for path in each.interface.signature.files}
        modules = {name for text in content.values() for name in _MODULE.findall(text)}
        names = {name: f"d{number}_{name}" for name in modules}
        renamed.append(names)
        for file, text in content.items():
            texts[f"d{number}_{file}"] = _renamed(text, names)
    texts["tb.sv"] = render_calls_bench(plans, renamed, _clock_ns(ready))
    return build_simulator(bench_sources(), texts, folder, waves=asked.waves, quick=asked.quick)


def _renamed(text: str, names: Mapping[str, str]) -> str:
    return _WORD.sub(lambda word: names.get(word[0], word[0]), text)

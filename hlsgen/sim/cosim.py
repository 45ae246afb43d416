"""Cosimulation: the generated RTL under Verilator and cocotb against the golden vectors, beat by beat.

Reads `signature.json` beside the Verilog and the vector files; the Verilog itself is only handed to Verilator.
Up to three passes in one simulator: a lone sample (latency), all samples at full rate (interval), all samples against
random stalls on every stream. Each compares every beat, TLAST included.
"""

from __future__ import annotations

import itertools
import json
import shutil
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..core import tools
from ..core.atomic import disk_errors
from ..core.errors import InternalError, UserError
from .bench import COCOTB_MODULE, render_bench
from .model import build_model
from .record import RawMismatch, Record, read_record
from .signature import Signature, load_signature
from .simulator import run_simulator
from .stuck import explain_stuck
from .vectors import Vectors, load_vectors

PASSES = ("lone_sample", "full_rate", "random_stalls")
MAX_IDLE_CYCLES = 1_000_000  # about a second; a sequential design may compute for long between two beats
LARGEST_SEED = 2**31 - 1  # what +verilator+seed takes


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first thing that was not as expected.

    kind: data, last (TLAST), keep (TKEEP or TSTRB not all ones), extra (a beat too many), unstable (changed before it
    was taken), done (ap_done not once per call). lane: element of the beat, when the vectors tell the layout;
    expected and got are then that element, otherwise TDATA, or the value of the flag.
    """

    pass_name: str
    port: str
    sample: int
    beat: int
    lane: int | None
    kind: str
    expected: int
    got: int

    def __str__(self) -> str:
        lane = "" if self.lane is None else f", lane {self.lane}"
        return (
            f"{self.port}: sample {self.sample}, beat {self.beat}{lane}: {self.kind} is {self.got:#x}, "
            f"expected {self.expected:#x} (pass {self.pass_name})"
        )


@dataclass(frozen=True, slots=True)
class CosimResult:
    """What a cosimulation measured.

    samples, beats: compared in the longest pass (beats over all outputs). mismatches: over all passes.
    cycles_per_sample: from the first input beat to the last output beat of a lone sample, both counted.
    interval_cycles: median distance between the last beats of successive samples at full rate, in the second half of
    the samples; interval_max the largest one. None with fewer than two samples.
    port_beats: that passed each stream in the longest pass, as counted in the RTL. total_cycles: over all passes.
    sim_cycles_per_second: per second of CPU time of the simulator's process, Python included, its start excluded.
    build_seconds: wall time, 0.0 when the simulator was up to date.
    """

    samples: int
    beats: int
    mismatches: int
    first_mismatch: Mismatch | None
    cycles_per_sample: int
    interval_cycles: int | None
    interval_max: int | None
    total_cycles: int
    sim_cycles_per_second: int
    build_seconds: float
    seed: int
    passes: tuple[str, ...]
    port_beats: dict[str, int]
    waves: str | None = None

    @property
    def passed(self) -> bool:
        return self.mismatches == 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"passed": self.passed}


def cosim(
    rtl_folder: Path,
    vectors_folder: Path,
    workdir: Path,
    *,
    seed: int = 1,
    stalls: bool = True,
    waves: bool = False,
    samples: int | None = None,
    max_idle_cycles: int = MAX_IDLE_CYCLES,
    quick: bool = False,
) -> CosimResult:
    """Simulate the RTL over the vectors, or over the first `samples` of them.

    The simulator stays in `workdir`/model for the next time, the logs in `workdir`/run. A mismatch is a result, not
    an error. quick: the simulator is built fast and runs slowly. Raises `CosimStuck` when nothing moves for
    `max_idle_cycles`, `UserError` for files that do not fit together or RTL that Verilator refuses, `ToolMissing`.
    Progress goes to `hlsgen.core.progress`.
    """
    if not 1 <= seed <= LARGEST_SEED:
        raise UserError(f"seed {seed} is out of range", do=f"choose one from 1 to {LARGEST_SEED}")
    tools.require(tools.verilator, tools.cxx_candidates, tools.libpython)
    signature = load_signature(rtl_folder)
    if not signature.outputs:
        raise UserError("the design has no output stream", where=str(rtl_folder), do="there is nothing to compare")
    vectors = load_vectors(vectors_folder, signature)
    if samples is not None and not 1 <= samples <= vectors.samples:
        raise UserError(f"{samples} samples asked for", where=str(vectors_folder), do=f"there are {vectors.samples}")
    count = samples or vectors.samples
    workdir = workdir.resolve()
    suffix = "-waves" if waves else ""
    model = build_model(
        signature, render_bench(signature, vectors), workdir / f"model{suffix}", waves=waves, quick=quick
    )
    run = workdir / "run"
    with disk_errors(run):
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir(parents=True)
    config = {
        "samples": count,
        "seed": seed,
        "stalls": stalls,
        "max_idle": max_idle_cycles,
        "clock_ps": max(2, round(signature.clock_ns * 1000)),
    }
    _simulate(model.executable, vectors, run, config, waves)
    passes, records = _read_passes(run)
    for name, record in records.items():
        if record.stuck:
            raise explain_stuck(
                signature,
                vectors,
                record,
                pass_name=name,
                samples=passes[name]["samples"],
                seed=seed,
                idle_cycles=max_idle_cycles,
            )
    return _result(signature, vectors, passes, records, count, model.seconds, seed, run / "dump.vcd" if waves else None)


def _simulate(executable: Path, vectors: Vectors, run: Path, config: dict[str, Any], waves: bool) -> None:
    """Run all passes in one process."""
    (run / "cosim.json").write_text(json.dumps(config))
    run_simulator(
        executable,
        COCOTB_MODULE,
        run,
        {"HLSGEN_COSIM": str(run / "cosim.json")},
        [f"+vectors={vectors.folder.resolve()}"],
        seed=config["seed"],
        waves=waves,
    )


def _read_passes(run: Path) -> tuple[dict[str, dict[str, Any]], dict[str, Record]]:
    try:
        passes = json.loads((run / "passes.json").read_text())
        records = {name: read_record(run / f"{name}.log") for name in PASSES if name in passes}
    except (OSError, ValueError) as error:
        log = (run / "simulation.log").read_text(errors="replace")
        raise InternalError(f"the simulator ended without a result: {error}", log) from error
    if not records or not all(record.ended for record in records.values()):
        raise InternalError("the simulator's log is cut", (run / "simulation.log").read_text(errors="replace"))
    return passes, records


def _result(
    signature: Signature,
    vectors: Vectors,
    passes: dict[str, dict[str, Any]],
    records: dict[str, Record],
    samples: int,
    build_seconds: float,
    seed: int,
    waves: Path | None,
) -> CosimResult:
    lone, longest = records["lone_sample"], list(records.values())[-1]
    first_input = min((lone.ports[i].first_cycle for i, s in enumerate(signature.streams) if s.is_input), default=0)
    ends = records["full_rate"].completed_cycle if "full_rate" in records else []
    steps = [after - before for before, after in itertools.pairwise(ends)]
    steady = steps[len(steps) // 2 :]
    found = [_first_mismatch(signature, vectors, name, record) for name, record in records.items()]
    total_cycles = sum(one["cycles"] for one in passes.values())
    cpu_seconds = sum(one["cpu_seconds"] for one in passes.values())
    return CosimResult(
        samples=samples,
        beats=sum(vectors.ports[stream.name].beats_per_sample * samples for stream in signature.outputs),
        mismatches=sum(record.mismatch_count + (record.dones != record.calls) for record in records.values()),
        first_mismatch=next((one for one in found if one), None),
        cycles_per_sample=max(lone.completed_cycle[:1], default=0) - first_input + 1,
        interval_cycles=statistics.median_low(steady) if steady else None,
        interval_max=max(steady, default=None),
        total_cycles=total_cycles,
        sim_cycles_per_second=round(total_cycles / max(cpu_seconds, 1e-9)),
        build_seconds=round(build_seconds, 3),
        seed=seed,
        passes=tuple(records),
        port_beats={stream.name: longest.ports[number].beats for number, stream in enumerate(signature.streams)},
        waves=str(waves) if waves else None,
    )


def _first_mismatch(signature: Signature, vectors: Vectors, name: str, record: Record) -> Mismatch | None:
    if record.mismatches:
        return _located(signature, vectors, name, record.mismatches[0])
    if record.dones != record.calls:
        return Mismatch(name, "ap_done", record.calls, 0, None, "done", record.calls, record.dones)
    return None


def _located(signature: Signature, vectors: Vectors, name: str, raw: RawMismatch) -> Mismatch:
    """From a beat counted over the pass to sample, beat and lane."""
    stream = signature.streams[raw.port]
    layout = vectors.ports[stream.name]
    width = stream.data_bits
    mask = (1 << width) - 1
    expected, got = raw.expected & mask, raw.got & mask
    kind, lane = "data" if raw.kind == "beat" else raw.kind, None
    if kind == "keep":
        expected, got = 1, 0
    elif kind == "data" and expected == got:
        kind, expected, got = "last", raw.expected >> width, raw.got >> width
    elif kind == "data" and layout.lanes and layout.element_bits:
        bits = layout.element_bits
        differing = expected ^ got
        lane = ((differing & -differing).bit_length() - 1) // bits
        expected, got = (value >> lane * bits & (1 << bits) - 1 for value in (expected, got))
    sample, beat = divmod(raw.beat, layout.beats_per_sample)
    return Mismatch(name, stream.name, sample, beat, lane, kind, expected, got)

"""A campaign: the programs of many seeds in batches, each batch in a process of its own; and its summary."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import resource
import shutil
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hlsgen.core.progress import report

from .batch import Result, run_batch
from .cases import save_case
from .generate import make_program
from .reduce import reduce_program, signature_of

BATCH = 40  # programs that share a native compilation and a model
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Failure:
    seed: int
    kind: str
    problem: str


@dataclass(slots=True)
class Summary:
    """programs: run. features: in how many programs each appears. cpu_seconds: of all processes."""

    programs: int = 0
    calls: int = 0
    cycles: int = 0
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)
    features: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "programs": self.programs,
            "calls": self.calls,
            "cycles": self.cycles,
            "cpu_seconds": round(self.cpu_seconds, 1),
            "wall_seconds": round(self.wall_seconds, 1),
            "kinds": dict(self.kinds),
            "features": dict(sorted(self.features.items())),
            "failures": [{"seed": f.seed, "kind": f.kind, "problem": f.problem} for f in self.failures],
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Summary:
        numbers = {name: raw[name] for name in ("programs", "calls", "cycles", "cpu_seconds", "wall_seconds")}
        failures = [Failure(**each) for each in raw["failures"]]
        return cls(**numbers, kinds=Counter(raw["kinds"]), features=Counter(raw["features"]), failures=failures)


def run_campaign(seed: int, count: int, folder: Path, *, jobs: int = 1, keep: Path | None = None) -> Summary:
    """The programs of `count` seeds from `seed` on, up to `jobs` batches at a time; failures are reduced into `keep`.

    `folder` is for what is made on the way. Ctrl-C ends it with the batches that are done. Progress goes to
    `hlsgen.core.progress`.
    """
    started, before = time.perf_counter(), _cpu_seconds()
    last = seed + count
    waiting = [range(first, min(first + BATCH, last)) for first in range(seed, last, BATCH)]
    waiting.reverse()
    summary = Summary()
    active: list[tuple[range, Path, Any]] = []
    context = multiprocessing.get_context("spawn")
    try:
        while waiting or active:
            while waiting and len(active) < jobs:
                seeds = waiting.pop()
                place = folder / f"batch{seeds.start}"
                place.mkdir(parents=True, exist_ok=True)
                process = context.Process(target=_work, args=(list(seeds), place, seed))
                process.start()
                active.append((seeds, place, process))
            time.sleep(_POLL_SECONDS)
            for entry in [entry for entry in active if not entry[2].is_alive()]:
                active.remove(entry)
                seeds, place, process = entry
                process.join()
                if process.exitcode == 0:
                    _add(summary, json.loads((place / "results.json").read_text()))
                elif len(seeds) == 1:
                    _add(summary, [_died(seeds.start, process.exitcode)])
                else:  # find out who took the process with it
                    middle = (seeds.start + seeds.stop) // 2
                    waiting += [range(middle, seeds.stop), range(seeds.start, middle)]
                shutil.rmtree(place, ignore_errors=True)
                report(summary.programs, count, f"{len(summary.failures)} failures")
    except KeyboardInterrupt:
        report(summary.programs, count, "interrupted: what is done counts")
    finally:
        for _, _, process in active:
            process.kill()
    summary.cpu_seconds = _cpu_seconds() - before
    summary.wall_seconds = time.perf_counter() - started
    summary.failures.sort(key=lambda failure: failure.seed)
    if keep is not None:
        _keep(summary.failures, keep, folder / "reduce")
    return summary


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _work(seeds: list[int], folder: Path, stall_seed: int) -> None:
    """One batch, in a process of its own."""
    os.environ["ZIG_LOCAL_CACHE_DIR"] = str(folder / "zig")  # zig keeps what Clang made; nobody will ask for it again
    with contextlib.suppress(KeyboardInterrupt):
        made = [make_program(seed) for seed in seeds]
        results = run_batch([program for program, _ in made], folder / "run", seed=stall_seed)
        told = [
            {
                "seed": seed,
                "kind": result.kind,
                "problem": result.problem,
                "calls": result.program.calls,
                "cycles": result.cycles,
                "features": sorted(features),
            }
            for seed, result, (_, features) in zip(seeds, results, made, strict=True)
        ]
        (folder / "results.json").write_text(json.dumps(told))


def _died(seed: int, exit_code: int | None) -> dict[str, Any]:
    return {
        "seed": seed,
        "kind": "crash",
        "problem": f"the process ended with {exit_code}",
        "calls": 0,
        "cycles": 0,
        "features": sorted(make_program(seed)[1]),
    }


def _add(summary: Summary, told: list[dict[str, Any]]) -> None:
    for one in told:
        summary.programs += 1
        summary.calls += one["calls"]
        summary.cycles += one["cycles"]
        summary.kinds[one["kind"]] += 1
        summary.features.update(one["features"])
        if one["kind"] != "ok":
            summary.failures.append(Failure(one["seed"], one["kind"], one["problem"]))


def _keep(failures: list[Failure], keep: Path, folder: Path) -> None:
    """Reduce the first failure of each sort."""
    seen: set[tuple[str, str]] = set()
    for failure in failures:
        program, _ = make_program(failure.seed)
        result = Result(program, failure.kind, failure.problem)
        signature = signature_of(result)
        if signature in seen and failure.kind not in ("mismatch", "stuck"):
            continue
        seen.add(signature)
        report(0, 0, f"reducing seed {failure.seed}: {failure.kind}")
        reduced = reduce_program(result, folder)
        name = f"{failure.kind}_{failure.seed}"
        save_case(keep / name, reduced, seed=failure.seed)

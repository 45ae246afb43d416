"""`hlsgen kernels`: compile a corpus of kernels, play the calls of their test benches to the RTL, write one page.

A kernel is a folder with `kernel.toml`, `kernel.cpp` and a test bench whose `main` returns 0 only if all is right. Each
is compiled in a process of its own; the simulations share simulators, several kernels to one. With `--schedules SEED`
all of it happens once more with random legal schedules, and other stalls. A kernel that fails is a row that says so,
and the command ends with exit code 1.
"""

from __future__ import annotations

import argparse
import datetime
import shlex
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import hlsgen
from hlsgen.core.atomic import disk_errors
from hlsgen.core.errors import InternalError, UserError
from hlsgen.hls.compile import compile_project
from hlsgen.report.kernels import KernelRow, LoopRow, Reference, Resources, render_kernels
from hlsgen.sim.batch import Design, simulate_many
from hlsgen.sim.interface import load_interface
from hlsgen.sim.recorder import record_calls
from hlsgen.synth.estimate import estimate
from hlsgen.synth.flows import FAMILIES

from .page import show_page

DESCRIPTION = "kernel.toml"
_TOGETHER = 8  # kernels in one simulator
_MAX_IDLE_CYCLES = 1_000_000  # a call may compute for long without moving anything at its ports
_KEYS = {"title", "shows", "top", "clock_ns", "ii", "source", "bench", "reference", "variant_of"}


@dataclass(frozen=True, slots=True)
class Kernel:
    """What `kernel.toml` says. `name`: the folder, from the root of the corpus. `ii`: by label, what each pipelined
    loop is to reach. `variant_of`: the kernel that this one is with other pragmas."""

    name: str
    title: str
    shows: str
    top: str
    clock_ns: float
    ii: dict[str, int]
    source: Path
    bench: Path
    reference: Reference | None = None
    variant_of: str = ""


def load_kernel(folder: Path, root: Path) -> Kernel:
    """Raises `UserError` when the file is not what it should be."""
    path = folder / DESCRIPTION
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        unknown = given.keys() - _KEYS
        if unknown:
            raise ValueError(f"unknown key {sorted(unknown)[0]!r}")
        reference = given.get("reference")
        return Kernel(
            name=folder.relative_to(root).as_posix(),
            title=given["title"],
            shows=given["shows"],
            top=given["top"],
            clock_ns=float(given["clock_ns"]),
            ii={label: int(ii) for label, ii in given.get("ii", {}).items()},
            source=folder / given.get("source", "kernel.cpp"),
            bench=folder / given.get("bench", "tb.cpp"),
            reference=None if reference is None else Reference(**reference),
            variant_of=given.get("variant_of", ""),
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise UserError(f"not a kernel's description: {what}", where=str(path)) from error


def find_kernels(root: Path, only: Sequence[str] = ()) -> list[Kernel]:
    """All kernels below `root`, or those named. Raises `UserError` when there is none of a name."""
    found = [load_kernel(path.parent, root) for path in sorted(root.rglob(DESCRIPTION))]
    names = {kernel.name for kernel in found}
    for name in only:
        if name not in names:
            raise UserError(f"no kernel {name!r} in {root}", do=f"choose from {', '.join(sorted(names)) or 'none'}")
    return [kernel for kernel in found if not only or kernel.name in only]


def compile_kernel(kernel: Kernel, out: Path, family: str, schedule_seed: int | None = None) -> KernelRow:
    """Compile into `out`/rtl. A kernel that is refused or misses an interval that it is to reach has an `error`.
    schedule_seed: of random legal schedules, into `out`/rtl_random."""
    row = KernelRow(kernel.name, kernel.title, kernel.shows, kernel.clock_ns)
    row = replace(row, reference=kernel.reference, variant_of=kernel.variant_of)
    rtl = out / _folder(schedule_seed)
    started = time.perf_counter()
    try:
        with disk_errors(rtl):
            rtl.mkdir(parents=True, exist_ok=True)
        for old in rtl.glob("*.v"):
            old.unlink()
        report = compile_project(
            [kernel.source],
            kernel.top,
            rtl,
            clock_ns=kernel.clock_ns,
            family=family,
            automatic=True,
            schedule_seed=schedule_seed,
        )
    except Exception as error:
        return replace(row, error=_sentence(error))
    loops = tuple(
        LoopRow(label, loop.line, loop.ii_asked, loop.ii_reached, loop.bound_by)
        for loop in report.loops
        for label in kernel.ii
        if loop.label == label or loop.label.endswith(f"_{label}")  # a nest that was flattened: outer_inner
    )
    late = [loop for loop in loops if loop.ii_reached > kernel.ii[loop.label]]
    absent = kernel.ii.keys() - {loop.label for loop in loops}
    if schedule_seed is not None:
        return replace(row, seconds=time.perf_counter() - started)
    wrong = [f"loop {label} is not pipelined" for label in sorted(absent)]
    wrong += [f"loop {loop.label} has II {loop.ii_reached}, not {kernel.ii[loop.label]}" for loop in late]
    return replace(row, loops=loops, seconds=time.perf_counter() - started, error="; ".join(wrong))


def simulate_kernels(
    kernels: Sequence[Kernel], rows: Sequence[KernelRow], out: Path, workdir: Path, schedule_seed: int | None = None
) -> list[KernelRow]:
    """The rows with cycles, and with an error where the RTL is not equal to the C++. `out`, schedule_seed: of
    `compile_kernel`."""
    found = {row.name: row for row in rows}
    designs = []
    for kernel in kernels:
        rtl = out / kernel.name / _folder(schedule_seed)
        try:
            calls = record_calls(
                [kernel.source], [kernel.bench], kernel.top, load_interface(rtl), out / kernel.name / "csim"
            )
            designs.append(Design(kernel.name, rtl, calls))
        except (UserError, InternalError) as error:
            found[kernel.name] = _failed(found[kernel.name], _sentence(error))
    for name, result in simulate_many(
        designs, workdir, seed=schedule_seed or 1, max_idle_cycles=_MAX_IDLE_CYCLES
    ).items():
        row = found[name]
        if isinstance(result, Exception):
            found[name] = _failed(row, _sentence(result))
            continue
        row = replace(row, calls=result.calls, cycles_min=result.cycles_min, cycles_max=result.cycles_max)
        row = replace(row, stalled="random_stalls" in result.passes)
        found[name] = row if result.equal else _failed(row, f"differs from the C++: {result.first_difference}")
    return [found[row.name] for row in rows]


def estimate_kernel(kernel: Kernel, row: KernelRow, out: Path, family: str) -> KernelRow:
    """The row with what Yosys makes of the RTL."""
    work = out / "synth"
    try:
        with disk_errors(work):
            work.mkdir(parents=True, exist_ok=True)
        found = estimate(sorted((out / "rtl").glob("*.v")), kernel.top, family, work).resources
    except (UserError, InternalError) as error:
        return _failed(row, _sentence(error))
    return replace(row, resources=Resources(found.lut, found.ff, found.dsp, found.bram36))


def run(arguments: argparse.Namespace) -> int:
    kernels = find_kernels(arguments.folder, arguments.only or ())
    if not kernels:
        raise UserError(f"no {DESCRIPTION} below {arguments.folder}")
    if arguments.family not in FAMILIES:
        raise UserError(f"no family {arguments.family!r}", do=f"choose {' or '.join(FAMILIES)}")
    if arguments.schedules is not None and not arguments.cosim:
        raise UserError("--schedules without simulation shows nothing", do="leave out --no-cosim")
    out = arguments.build
    rows = _played(kernels, arguments, None)
    if arguments.schedules is not None:
        again = _played([kernel for kernel in kernels if not rows[kernel.name].error], arguments, arguments.schedules)
        for name, other in again.items():
            rows[name] = replace(rows[name], any_schedule=not other.error)
            if other.error:
                rows[name] = _failed(rows[name], f"with random schedules of seed {arguments.schedules}: {other.error}")
    if arguments.synth is not None:
        wanted = (kernel for kernel in kernels if kernel.name.startswith(arguments.synth))
        good = [kernel for kernel in wanted if not rows[kernel.name].error]
        with ProcessPoolExecutor(arguments.jobs) as pool:
            tasks = ((k, rows[k.name], out / k.name, arguments.family) for k in good)
            rows |= _each(pool, "estimated", good, estimate_kernel, tasks)
    ordered = [rows[kernel.name] for kernel in kernels]
    page = render_kernels(
        ordered,
        device=f"device family {arguments.family}",
        command=_command(arguments),
        version=hlsgen.__version__,
        date=datetime.date.today().isoformat(),
    )
    show_page(arguments, page, {"kernels": [asdict(row) for row in ordered]})
    return 1 if any(row.error for row in ordered) else 0


def _played(
    kernels: Sequence[Kernel], arguments: argparse.Namespace, schedule_seed: int | None
) -> dict[str, KernelRow]:
    """All compiled, and simulated unless that is not wanted."""
    out = arguments.build
    with ProcessPoolExecutor(arguments.jobs) as pool:
        tasks = ((kernel, out / kernel.name, arguments.family, schedule_seed) for kernel in kernels)
        rows = _each(pool, "compiled", kernels, compile_kernel, tasks)
    compiled = [kernel for kernel in kernels if rows[kernel.name].seconds] if arguments.cosim else []
    for number, first in enumerate(range(0, len(compiled), _TOGETHER)):
        ready = compiled[first : first + _TOGETHER]
        _say("simulating", ", ".join(kernel.name for kernel in ready))
        before = [rows[kernel.name] for kernel in ready]
        workdir = out / f"simulator{number}{'' if schedule_seed is None else '_random'}"
        rows |= {row.name: row for row in simulate_kernels(ready, before, out, workdir, schedule_seed)}
    return rows


def _folder(schedule_seed: int | None) -> str:
    return "rtl" if schedule_seed is None else "rtl_random"


def _each(
    pool: ProcessPoolExecutor,
    done: str,
    kernels: Sequence[Kernel],
    work: Callable[..., KernelRow],
    tasks: Iterator[tuple[Any, ...]],
) -> dict[str, KernelRow]:
    rows: dict[str, KernelRow] = {}
    for row in pool.map(work, *zip(*tasks, strict=True)):
        rows[row.name] = row
        _say(f"{len(rows):3}/{len(kernels)} {done}", f"{row.name:28} {row.error and 'FAILED: ' + row.error}")
    return rows


def _failed(row: KernelRow, why: str) -> KernelRow:
    return replace(row, error=f"{row.error}; {why}" if row.error else why)


def _sentence(error: Exception) -> str:
    known = isinstance(error, UserError | InternalError)
    return " ".join(f"{'' if known else type(error).__name__ + ': '}{error}".split())


def _say(head: str, text: str) -> None:
    print(f"{head}  {text}".rstrip(), file=sys.stderr, flush=True)


def _command(arguments: argparse.Namespace) -> str:
    """What to type to get the same page."""
    words = ["hlsgen", "kernels", str(arguments.folder)]
    for name in arguments.only or ():
        words += ["--only", name]
    words += [] if arguments.cosim else ["--no-cosim"]
    words += [] if arguments.synth is None else ["--synth", arguments.synth] if arguments.synth else ["--synth"]
    words += [] if arguments.schedules is None else ["--schedules", str(arguments.schedules)]
    words += ["--out", str(arguments.out)] if arguments.out else []
    return shlex.join(words)

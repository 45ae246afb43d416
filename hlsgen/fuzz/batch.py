"""A batch of programs through everything: native run, compilation, lint, simulation; and what became of each.

A failure is a crash, a hang, a refusal, a finding of a linter, a word that differs, or RTL that gets stuck.
"""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import NoReturn

from hlsgen.core.errors import InternalError, UserError
from hlsgen.hls.compile import Compiled, compile_sources

from .native import run_natively
from .program import Program
from .rtl import Design, simulate

COMPILE_SECONDS = 60  # of the processor, for one program; more is a hang
_WAIT_SECONDS = 15 * 60  # for one program, as the clock on the wall has it: a machine may be busy or stand still
_ADVISED = 16  # one program of so many: advice costs as much as the rest of the compiler


@dataclass(frozen=True, slots=True)
class Result:
    """kind: ok, generator (the program itself is wrong), refused, crash, hang, lint, verilator, mismatch, stuck."""

    program: Program
    kind: str
    problem: str = ""
    seconds: float = 0.0
    cycles: int = 0

    @property
    def failed(self) -> bool:
        return self.kind != "ok"


class _Hang(BaseException):
    """Not an Exception, so that nothing on the way catches it."""


def run_batch(programs: Sequence[Program], folder: Path, *, seed: int = 1, simulated: bool = True) -> list[Result]:
    """The results in the order of the programs. `folder` is emptied first. simulated: else what compiles is ok."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    expected = run_natively(programs, folder / "native")
    results: dict[str, Result] = {}
    designs = []
    for program in programs:
        outputs = expected[program.name]
        if isinstance(outputs, str):
            results[program.name] = Result(program, "generator", outputs)
            continue
        started = time.perf_counter()
        result, compiled = compile_program(program, folder / "hls" / program.name)
        results[program.name] = replace(result, seconds=time.perf_counter() - started)
        if compiled is not None:
            designs.append(Design(program, compiled.verilog, compiled.signature, outputs))
    for name, outcome in (simulate(designs, folder / "rtl", seed=seed) if designs and simulated else {}).items():
        kind = outcome.kind or "ok"
        results[name] = replace(results[name], kind=kind, problem=outcome.problem, cycles=outcome.cycles)
    return [results[program.name] for program in programs]


def compile_program(program: Program, folder: Path) -> tuple[Result, Compiled | None]:
    """(result, Compiled); the second is None unless the first is ok."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "kernel.cpp"
    source.write_text(program.text, encoding="utf-8")
    try:
        with _watchdog(COMPILE_SECONDS):
            compiled = compile_sources(
                [source],
                program.name,
                clock_ns=program.clock_ns,
                family=program.family,
                automatic=program.automatic,
                schedule_seed=program.schedule_seed,
                advise=program.input_seed % _ADVISED == 0,
                workdir=folder,
            )
    except UserError as error:
        return Result(program, "refused", str(error).replace(f"{folder}/", "")), None
    except InternalError as error:
        if error.dump is not None:
            error.dump.unlink(missing_ok=True)
        told = str(error).partition(" (state dumped to ")[0]  # the dump is gone: the seed says it all
        return Result(program, "crash", f"internal error: {told}"), None
    except _Hang:
        return Result(program, "hang", f"compiled for more than {COMPILE_SECONDS} s of processor time"), None
    except Exception as error:
        return Result(program, "crash", f"{type(error).__name__}: {error} ({_where(error)})"), None
    return Result(program, "ok"), compiled


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


@contextmanager
def _watchdog(seconds: int) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise _Hang

    timers = (signal.ITIMER_PROF, signal.SIGPROF, seconds), (signal.ITIMER_REAL, signal.SIGALRM, _WAIT_SECONDS)
    before = [signal.signal(number, stop) for _, number, _ in timers]
    for timer, _, limit in timers:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for (timer, number, _), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)

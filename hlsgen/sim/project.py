"""C/RTL cosimulation of one design: the calls that the user's bench made, played to the RTL."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..core.errors import UserError
from .batch import PASSES, Design, simulate_many
from .call_bench import AxiMemory
from .cosim import LARGEST_SEED, MAX_IDLE_CYCLES
from .recording import Recording, compare_runs
from .verdict import CallsResult

QUICK_ELEMENTS = 200_000  # with fewer, the run is so short that an optimised simulator does not pay


def cosim_project(
    rtl_folder: Path,
    recording: Recording,
    workdir: Path,
    *,
    seed: int = 1,
    stalls: bool = True,
    waves: bool = False,
    max_idle_cycles: int = MAX_IDLE_CYCLES,
    memory: AxiMemory | None = None,
) -> CallsResult:
    """Play `recording` to the RTL in `rtl_folder` and compare every output of every call.

    Passes: the calls one after the other; back to back, where calls may overlap; against random stalls, unless
    `stalls` is False or the kernel asks whether streams are empty. A difference is a result, not an error. The
    simulator stays in `workdir`/model, logs in `workdir`/run. Raises `CosimStuck` when nothing moves for
    `max_idle_cycles`, `UserError` for files that do not fit together or RTL that Verilator refuses, `ToolMissing`.
    """
    if not 1 <= seed <= LARGEST_SEED:
        raise UserError(f"seed {seed} is out of range", do=f"choose one from 1 to {LARGEST_SEED}")
    passes = PASSES if stalls else PASSES[:2]
    design = Design("design", rtl_folder, recording)
    quick = recording.elements < QUICK_ELEMENTS
    results = simulate_many(
        [design],
        workdir,
        seed=seed,
        passes=passes,
        max_idle_cycles=max_idle_cycles,
        waves=waves,
        quick=quick,
        memory=memory,
    )
    result = results["design"]
    if isinstance(result, UserError):
        raise result
    return result


def cosim_runs(
    rtl_folder: Path, recording: Recording, again: Callable[[], Recording], workdir: Path, **options: Any
) -> CallsResult:
    """`cosim_project`, with a second look when something differs: a kernel may leave bits open, such as TKEEP never
    set.

    again: records the same calls with other contents of variables that are not set (`record_calls(unset="pattern")`).
    Bits in which the two runs differ are not compared.
    """
    result = cosim_project(rtl_folder, recording, workdir, **options)
    if result.equal:
        return result
    compared = compare_runs(recording, again())
    return cosim_project(rtl_folder, compared, workdir, **options) if compared.defined else result

"""Every kernel of the corpus against its own test bench: compiled, its calls played to the RTL, intervals reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from hlsgen.cli.kernels import compile_kernel, find_kernels, simulate_kernels
from hlsgen.report.kernels import KernelRow

CORPUS = Path(__file__).parents[3] / "designs" / "kernels"
# Short, and between them: streams, arrays, a region, static state, while loops, a return value.
QUICK = ("gaussian_5x5", "gcd", "odd_even_sort", "pingpong", "spmv", "two_rates", "viterbi")
KERNELS = find_kernels(CORPUS)
TOGETHER = 8


def rows_of(names: list[str], folder: Path, schedule_seed: int | None = None) -> list[KernelRow]:
    kernels = [kernel for kernel in KERNELS if kernel.name in names]
    rows = [compile_kernel(kernel, folder / kernel.name, "xc7", schedule_seed) for kernel in kernels]
    ready = [kernel for kernel, row in zip(kernels, rows, strict=True) if row.seconds]
    failed = [row for row in rows if not row.seconds]
    compiled = [row for row in rows if row.seconds]
    return failed + simulate_kernels(ready, compiled, folder, folder / "simulator", schedule_seed)


def test_there_are_kernels_of_every_kind():
    names = {kernel.name for kernel in KERNELS}
    assert len(names) >= 64 and names.issuperset(QUICK)
    plain = {name for name in names if name.startswith("polybench/")}
    assert {kernel.variant_of for kernel in KERNELS if kernel.variant_of} == plain
    assert all(kernel.reference for kernel in KERNELS if kernel.name in plain) and len(plain) == 10


def test_quick_kernels_equal_their_cpp(tmp_path):
    rows = rows_of(list(QUICK), tmp_path)
    assert [(row.name, row.error) for row in rows] == [(name, "") for name in QUICK]
    assert all(row.calls > 1 and 0 < row.cycles_min <= row.cycles_max for row in rows)


BATCHES = [KERNELS[first : first + TOGETHER] for first in range(0, len(KERNELS), TOGETHER)]


@pytest.mark.slow
@pytest.mark.parametrize("schedule_seed", [None, 1], ids=["best", "random"])
@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: batch[0].name)
def test_kernels_equal_their_cpp(batch, schedule_seed, tmp_path):
    rows = rows_of([kernel.name for kernel in batch], tmp_path, schedule_seed)
    assert {row.name: row.error for row in rows if row.error} == {}

"""Every kernel of the corpus against its own test bench: compiled, its calls played to the RTL, intervals reached."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from hlsgen.cli.kernels import Kernel, compile_kernel, find_kernels, simulate_kernels
from hlsgen.report.kernels import KernelRow

CORPUS = Path(__file__).parents[3] / "designs" / "kernels"
# Short, and between them: streams, arrays, a region, static state, while loops, a return value.
QUICK = ("gaussian_5x5", "gcd", "odd_even_sort", "pingpong", "spmv", "two_rates", "viterbi")
KERNELS = find_kernels(CORPUS)
TOGETHER = 8


# What the compiler chooses by itself where it does not stand in the source.
CHOICES = re.compile(
    r"^ *#pragma HLS (PIPELINE|UNROLL|LOOP_FLATTEN|ARRAY_PARTITION|ARRAY_RESHAPE|BIND_STORAGE|DEPENDENCE)\b.*$",
    re.IGNORECASE | re.MULTILINE,
)


def rows_of(kernels: Sequence[Kernel], folder: Path, schedule_seed: int | None = None) -> list[KernelRow]:
    rows = [compile_kernel(kernel, folder / kernel.name, "xc7", schedule_seed) for kernel in kernels]
    ready = [kernel for kernel, row in zip(kernels, rows, strict=True) if row.seconds]
    failed = [row for row in rows if not row.seconds]
    compiled = [row for row in rows if row.seconds]
    return failed + simulate_kernels(ready, compiled, folder, folder / "simulator", schedule_seed)


def of_names(names: Sequence[str]) -> list[Kernel]:
    return [kernel for kernel in KERNELS if kernel.name in names]


def without_choices(kernels: Sequence[Kernel], folder: Path) -> list[Kernel]:
    """The same kernels with nothing said of loops and arrays, below `folder`."""
    shutil.copytree(CORPUS, folder)
    for path in (*folder.rglob("*.cpp"), *folder.rglob("*.h")):
        path.write_text(CHOICES.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    copies = {kernel.name: kernel for kernel in find_kernels(folder)}
    return [replace(copies[kernel.name], ii={}) for kernel in kernels]


def test_there_are_kernels_of_every_kind():
    names = {kernel.name for kernel in KERNELS}
    assert len(names) >= 64 and names.issuperset(QUICK)
    plain = {name for name in names if name.startswith("polybench/")}
    assert {kernel.variant_of for kernel in KERNELS if kernel.variant_of} == plain
    assert all(kernel.reference for kernel in KERNELS if kernel.name in plain) and len(plain) == 10


def test_quick_kernels_equal_their_cpp(tmp_path):
    rows = rows_of(of_names(QUICK), tmp_path)
    assert [(row.name, row.error) for row in rows] == [(name, "") for name in QUICK]
    assert all(row.calls > 1 and 0 < row.cycles_min <= row.cycles_max for row in rows)


def test_the_compiler_finds_what_the_pragmas_say(tmp_path):
    """Line buffers in rows, an array in registers, a loop above short ones: as many cycles as with pragmas."""
    kernels = of_names(["gaussian_5x5", "odd_even_sort", "priority_queue"])
    assert all(CHOICES.search(kernel.source.read_text(encoding="utf-8")) for kernel in kernels)
    told = rows_of(kernels, tmp_path / "told")
    alone = rows_of(without_choices(kernels, tmp_path / "source"), tmp_path / "alone")
    assert {row.name: row.error for row in (*told, *alone) if row.error} == {}
    assert [(row.name, row.cycles_max) for row in alone] == [(row.name, row.cycles_max) for row in told]


BATCHES = [KERNELS[first : first + TOGETHER] for first in range(0, len(KERNELS), TOGETHER)]


@pytest.mark.slow
@pytest.mark.parametrize("schedule_seed", [None, 1], ids=["best", "random"])
@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: batch[0].name)
def test_kernels_equal_their_cpp(batch, schedule_seed, tmp_path):
    rows = rows_of(batch, tmp_path, schedule_seed)
    assert {row.name: row.error for row in rows if row.error} == {}


@pytest.mark.slow
@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: batch[0].name)
def test_kernels_equal_their_cpp_with_what_the_compiler_chooses(batch, tmp_path):
    rows = rows_of(without_choices(batch, tmp_path / "source"), tmp_path)
    assert {row.name: row.error for row in rows if row.error} == {}

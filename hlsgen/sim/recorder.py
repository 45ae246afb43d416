"""C simulation with the user's own test bench: native, and with every call of the top function noted.

The kernel and the bench are compiled as they are, with our headers and without the macros of synthesis. Behind the
source that defines the top function goes a wrapper of the same type (`native_record/record.h`), and in the assembly
of that one source the two change names: whoever calls the top function reaches the wrapper, the wrapper calls the
function. So macros, namespaces, `extern "C"` and any number of sources are nothing special.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core import tools
from ..core.atomic import disk_errors
from ..core.digest import digest_files, digest_value
from ..core.errors import Place, UserError
from ..core.paths import package_dir
from .interface import Interface
from .recording import Recording, read_recording

HEADERS = package_dir() / "hls" / "include"
_RECORD = Path(__file__).resolve().parent / "native_record"
# Private members are recorded too, and have a width in streams.
_FLAGS = (
    "-std=c++20", "-O1", "-g0", "-w", "-Wno-register", "-fno-slp-vectorize", "-fwrapv", "-fno-strict-aliasing",
    "-fno-access-control",
)  # fmt: skip
# What another function calls stays a call by name, so that it can be given another one.
_INTERPOSABLE = ("-fPIC", "-fsemantic-interposition", "-fno-ident")
_ERROR = re.compile(r"^(?P<file>.+?):(?P<line>\d+):\d+: (?:fatal )?error: (?P<what>.*)$", re.MULTILINE)
_NOT_HERE = re.compile("no member named|use of undeclared identifier")  # it names the top, and has none
_OVERLOADED = "reference to overloaded function could not be resolved"
_MEMBER = re.compile(r"(?:\w+::)+\w+\Z")
_UNDEFINED = re.compile(r"undefined (?:reference to|symbol:?) [`']?(.+?)'?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CSimulation:
    """How the bench ended, and what it printed (standard output and standard error together)."""

    status: int
    output: str


def run_bench(
    sources: Sequence[Path],
    bench: Sequence[Path],
    workdir: Path,
    *,
    include_dirs: Sequence[Path] = (),
    defines: Sequence[str] = (),
    folder: Path | None = None,
) -> CSimulation:
    """Compile kernel and bench natively and run the bench in `folder` (ours by default), as it is.

    `UserError` when the C++ does not compile; how the program ended is in the result.
    """
    program = _Build(workdir, include_dirs, defines).program([*sources, *bench])
    return _run(program, workdir, folder, {})


def record_calls(
    sources: Sequence[Path],
    bench: Sequence[Path],
    top: str,
    interface: Interface,
    workdir: Path,
    *,
    include_dirs: Sequence[Path] = (),
    defines: Sequence[str] = (),
    folder: Path | None = None,
    unset: str = "zero",
) -> Recording:
    """The calls that `bench` makes of `top` (with its namespaces). Output of the bench: `workdir`/csim.log.

    unset: what local variables hold before they are set, "zero" or "pattern"; see `compare_runs`.

    Raises `UserError` when the C++ does not compile, when the bench does not end with 0, or when it makes no call.
    """
    elements = _elements(interface)
    program = _Build(workdir, include_dirs, defines, unset).program([*sources, *bench], top, elements)
    record = workdir / "calls.bin"
    record.unlink(missing_ok=True)
    done = _run(program, workdir, folder, {"HLSGEN_RECORD": str(record.resolve())})
    if done.status:
        raise failed(done, workdir)
    return read_recording(record, interface)


class BenchFailed(UserError):
    """The test bench did not end with 0, before any RTL was simulated."""


def failed(done: CSimulation, workdir: Path) -> BenchFailed:
    """The error for a bench that did not end with 0."""
    how = f"signal {-done.status}" if done.status < 0 else f"exit status {done.status}"
    said = next((line for line in reversed(done.output.splitlines()) if line.strip()), "")
    advice = "mend the kernel or the test bench"
    if done.status < 0:
        advice += "; a depth= of INTERFACE must not exceed the bench's array"
    return BenchFailed(
        f"C simulation failed: the test bench ended with {how}{f': {said}' if said else ''}",
        do=f"{advice} (all it said is in {workdir / 'csim.log'})",
    )


def _elements(interface: Interface) -> list[int]:
    """How many elements or streams lie behind each parameter."""
    found = []
    for argument in interface.parameters:
        if argument.kind in ("pointer", "array") and argument.depth < 1:
            raise UserError(
                f"how much memory argument {argument.name!r} points at is not known, which cosimulation needs",
                where=interface.signature.top,
                do=f"say #pragma HLS INTERFACE mode={argument.mode or 'm_axi'} port={argument.name} depth=<elements>",
            )
        found.append(len(argument.leaves) if argument.kind == "streams" else argument.depth)
    return found


def _run(program: Path, workdir: Path, folder: Path | None, extra: dict[str, str]) -> CSimulation:
    process = tools.start([str(program)], cwd=folder, env=tools.environment(extra), stdout=tools.PIPE)
    try:
        output = process.communicate()[0]
    finally:
        tools.stop(process)
    with disk_errors(workdir):
        (workdir / "csim.log").write_text(output, encoding="utf-8")
    return CSimulation(process.returncode, output)


class _Build:
    """Compiles natively; a program stays in `workdir`/csim under the digest of all that went into it."""

    def __init__(
        self, workdir: Path, include_dirs: Sequence[Path], defines: Sequence[str], unset: str = "zero"
    ) -> None:
        self.folder = workdir / "csim"
        with disk_errors(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        self.compilers = [cxx for cxx in tools.cxx_candidates() if cxx.family == "clang"]
        includes = [f"-I{folder.absolute()}" for folder in include_dirs]
        self.constants: tuple[str, ...] = ()
        self.unwrapped: list[tools.ProgramFailed] = []  # what Clang said of sources with a wrapper
        self.flags = [
            *_FLAGS,
            f"-ftrivial-auto-var-init={unset}",
            *includes,
            *(f"-D{define}" for define in defines),
            "-isystem",
            str(HEADERS),
        ]

    def program(self, sources: Sequence[Path], top: str = "", elements: Sequence[int] = ()) -> Path:
        for source in sources:
            if not source.is_file():
                raise UserError("there is no such source file", where=str(source))
        failures: list[tools.ProgramFailed] = []
        for cxx in self.compilers:
            try:
                return self._program(cxx, [source.absolute() for source in sources], top, elements)
            except tools.ProgramFailed as error:
                if _ERROR.search(error.output) or _UNDEFINED.search(error.output):
                    raise _refused(error) from error
                failures.append(error)
        if not failures:
            raise tools.ToolMissing("there is no Clang, which our headers need", do="unset HLSGEN_CXX")
        raise tools.ToolMissing(f"no C++ compiler builds the test bench: {failures[-1]}") from failures[-1]

    def _program(self, cxx: tools.Cxx, sources: list[Path], top: str, elements: Sequence[int]) -> Path:
        listed = [_preprocess(cxx, [*self.flags], sources), cxx.identity, self.flags, top, list(elements)]
        program = self.folder / f"bench-{digest_value([*listed, digest_files(_RECORD), _INTERPOSABLE])[:16]}"
        if program.is_file():
            return program
        objects = [self.folder / f"{number}_{source.stem}.o" for number, source in enumerate(sources)]
        beside = program.with_suffix(".new")
        link = [*cxx.link, *map(str, objects), "-o", str(beside), "-lpthread", "-lm"]
        if top:
            self._recorded(cxx, sources, objects, top, elements)
        else:
            tools.run_all([self._compile(cxx, *pair) for pair in zip(sources, objects, strict=True)])
        try:
            tools.run_all([link])
        except tools.ProgramFailed as error:
            self.constants = tuple(dict.fromkeys(filter(_MEMBER.match, _UNDEFINED.findall(error.output))))
            if not top or not self.constants:
                raise
            try:
                self._recorded(cxx, sources, objects, top, elements)
                tools.run_all([link])
            except (tools.ProgramFailed, UserError):
                raise error from None
        beside.replace(program)
        return program

    def _compile(self, cxx: tools.Cxx, source: Path, target: Path) -> list[str]:
        return [*cxx.compile, *self.flags, *_INTERPOSABLE, "-x", "c++", "-c", str(source), "-o", str(target)]

    def _recorded(
        self, cxx: tools.Cxx, sources: list[Path], objects: list[Path], top: str, elements: Sequence[int]
    ) -> None:
        """Objects of all sources, the one that defines the top by way of assembly."""
        self.unwrapped.clear()
        defines = next(
            (n for n, source in enumerate(sources) if self._wrap(cxx, source, objects[n], top, elements)), None
        )
        plain = [pair for n, pair in enumerate(zip(sources, objects, strict=True)) if n != defines]
        tools.run_all([self._compile(cxx, *pair) for pair in plain])
        if defines is None:
            if self.unwrapped:
                raise _refused(self.unwrapped[0])
            raise UserError(f"no source defines the function {top!r}", do="name the file that does, and its namespace")

    def _wrap(self, cxx: tools.Cxx, source: Path, target: Path, top: str, elements: Sequence[int]) -> bool:
        """The object of `source` with the wrapper in front of `top`; False when it does not define it."""
        name = re.escape(top.rpartition("::")[2])
        if not re.search(rf"\b{name}\b", source.read_text(encoding="utf-8", errors="replace")):
            return False
        wrapped = target.with_suffix(".wrapped.cpp")
        assembly = target.with_suffix(".s")
        flags = [*self.flags, *_INTERPOSABLE, f"-I{source.parent}", "-isystem", str(_RECORD)]
        command = [*cxx.compile, *flags, "-S", str(wrapped), "-o", str(assembly)]
        try:
            wrapped.write_text(_wrapped(source, top, elements, self.constants), encoding="utf-8")
            try:
                tools.run_all([command])
            except tools.ProgramFailed as error:
                type = self._type(cxx, source, top) if _OVERLOADED in error.output else ""
                if not type:
                    raise
                wrapped.write_text(_wrapped(source, top, elements, self.constants, type), encoding="utf-8")
                tools.run_all([command])
        except tools.ProgramFailed as error:  # an error of the source itself comes again without a wrapper
            first = _ERROR.search(error.output)
            if first and not _NOT_HERE.match(first["what"]):
                self.unwrapped.append(error)
            return False
        exchanged = exchange_names(assembly.read_text(encoding="utf-8"))
        if exchanged:
            assembly.write_text(exchanged, encoding="utf-8")
            tools.run_all([[*cxx.compile, "-c", str(assembly), "-o", str(target)]])
        return bool(exchanged)

    def _type(self, cxx: tools.Cxx, source: Path, top: str) -> str:
        """The type of the one function `top` that the source defines, where the C library has one of that name as
        well; "" when there are more, or none."""
        name = top.removeprefix("::")
        dump = ["-fsyntax-only", "-Xclang", "-ast-dump", "-Xclang", f"-ast-dump-filter={name}", "-x", "c++"]
        listed = tools.output_of([*cxx.compile, *self.flags, *dump, str(source)]).split("Dumping ")
        types = [
            typed[1]
            for found in listed
            if (typed := re.match(rf"{name}:\nFunctionDecl .* '([^']+)'", found))
            and re.search(r"^[|`]-CompoundStmt ", found, re.MULTILINE)
        ]
        return types[0] if len(types) == 1 else ""


def _wrapped(source: Path, top: str, elements: Sequence[int], constants: Sequence[str], type: str = "") -> str:
    """constants: members such as `static const int n = 8;`, which our operators take by reference, so that C++ wants a
    definition. type: of the top, where its name does not tell."""
    counts = ", ".join(map(str, [*elements, 0]))
    name = f"::{top.removeprefix('::')}"
    members = "\n".join(f"static_assert(__is_const(decltype({each})));\ndecltype({each}) {each};" for each in constants)
    return f"""#include "record.h"  // first: the source may have macros of any name
#include "{source}"
using hlsgen_type_of_top = {type or f"decltype({name})"};
namespace hlsgen_record {{
extern const long elements[] = {{{counts}}};
template struct wrapper<hlsgen_type_of_top>;
extern hlsgen_type_of_top* const pointer_to_top asm("hlsgen_pointer_to_top") = &{name};
}}
{members}
"""


def exchange_names(assembly: str) -> str:
    """The assembly with the top function as `hlsgen_real_top`, and the wrapper under the name that it had.

    "" when the top function is not defined there.
    """
    named = re.search(r"^hlsgen_pointer_to_top:\s*\.(?:quad|xword)\s+(\S+)", assembly, re.MULTILINE)
    symbol = re.escape(named[1]) if named else ""
    if named is None or not re.search(rf"^{symbol}:", assembly, re.MULTILINE):
        return ""
    rules = (rf"^(\s*\.(?:globl|weak|type|size)\s+){symbol}\b(?=[\s,]|$)", rf"^(){symbol}(?=:)")
    for rule in rules:
        assembly = re.sub(rule, r"\1hlsgen_real_top", assembly, flags=re.MULTILINE)
    assembly = re.sub(
        rf"^(\s*\.size\s+hlsgen_real_top,.*-){symbol}$", r"\1hlsgen_real_top", assembly, flags=re.MULTILINE
    )
    assembly = re.sub(rf"^\s*\.addrsig_sym {symbol}$", "", assembly, flags=re.MULTILINE)
    return f"{assembly}\n\t.globl\t{named[1]}\n\t.set\t{named[1]}, hlsgen_wrapper\n"


def _preprocess(cxx: tools.Cxx, flags: list[str], sources: list[Path]) -> list[str]:
    """The digest of every file that the sources include, which the compiler lists."""
    found = []
    for source in sources:
        command = [*cxx.compile, *flags, "-x", "c++", "-M", str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise tools.ProgramFailed(tuple(command), done.returncode, done.stderr)
        listed = done.stdout.partition(":")[2].replace("\\\n", " ").split()
        for path in map(Path, listed):
            state = path.stat()
            found.append(f"{path} {state.st_mtime_ns} {state.st_size}")
    return [digest_value(found)]


def _refused(error: tools.ProgramFailed) -> UserError:
    found = _ERROR.search(error.output)
    if found:
        path = found["file"]
        short = os.path.relpath(path) if len(os.path.relpath(path)) < len(path) else path
        return UserError(f"the C++ does not compile: {found['what']}", where=Place(short, int(found["line"])))
    missing = _UNDEFINED.search(error.output)
    assert missing is not None
    return UserError(
        f"{missing[1]} is used and not defined", where="linking the test bench", do="name all sources it needs"
    )

"""Running Clang (through the ziglang wheel) on kernels: preprocess, compile to LLVM IR. Clang's errors become ours."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from hlsgen.core.errors import InternalError, Place, UserError
from hlsgen.core.tools import zig
from hlsgen.hls.llvm.text import shown_path

HEADERS = Path(str(resources.files("hlsgen.hls") / "include"))

_COMMON = ("-target", "x86_64-linux-gnu", "-std=c++20", "-w", "-Wno-register", "-fno-exceptions", "-fno-rtti")
_SYNTHESIS = ("-DHLSGEN_SYNTHESIS", "-D__SYNTHESIS__", "-D__HLS_SYN__", "-D__VITIS_HLS__", "-DNDEBUG")
# An ABI that passes whatever exceeds a register in memory, as one object: the System V one cuts it into halves, which
# SROA cannot put together again. Sizes and layouts are those of Linux (LP64).
_ABI = ("-Xclang", "-triple", "-Xclang", "x86_64-pc-windows-cygnus")
# O1 rather than O0, which marks everything noinline; builtins off, so that no loop becomes a call of memset. Elements
# of streams are packed member by member, private ones too. A result is a variable of its own until it is returned: it
# may be read before, and a port cannot.
_EMIT = (
    "-S", "-emit-llvm", "-O1", "-Xclang", "-disable-llvm-passes", "-Xclang", "-disable-lifetime-markers",
    "-fno-strict-aliasing", "-fno-threadsafe-statics", "-fno-builtin",
    "-fno-discard-value-names", "-gline-tables-only", "-fno-sanitize=undefined", "-fno-stack-protector",
    "-fno-access-control", "-fno-elide-constructors", "-fmerge-all-constants", "-fno-c++-static-destructors",
    "-ferror-limit=1",
)  # fmt: skip
_STREAMS = re.compile(r"\bbasic_[io]?stream\b|'(?:ostream|istream|cout|cerr|endl)'|identifier 'std'")
_NOTE = re.compile(r"^(?P<file>.+?):(?P<line>\d+):\d+: note: ", re.MULTILINE)
_ASSERTION = re.compile(r"^static assertion failed(?: due to requirement '.*?')?: ")
_ERROR = re.compile(r"^(?P<file>.+?):(?P<line>\d+):\d+: (?:fatal )?error: (?P<what>.*)$", re.MULTILINE)


def preprocess(source: Path, include_dirs: Sequence[Path], defines: Sequence[str], streams: bool = False) -> str:
    """The preprocessed text of `source`, macro definitions kept, line markers in it. streams: with <iostream>, which
    the headers of Vitis HLS bring; reading it takes long."""
    command = [*_COMMON, *_SYNTHESIS, "-E", "-dD", f"-I{HEADERS / 'synthesis'}", f"-I{HEADERS}"]
    command += ["-include", str(HEADERS / "hlsgen" / "mark.h"), "-include", str(HEADERS / "hlsgen" / "signature.h")]
    command += [f"-I{folder}" for folder in include_dirs]
    command += [f"-D{define}" for define in defines]
    command += ["-include", "iostream"] if streams else []
    return _run([*command, "-x", "c++", str(source)])  # C, too


def emit_llvm(source: Path) -> str:
    """The LLVM IR of a preprocessed source, before any optimisation."""
    output = source.with_suffix(".ll")  # zig takes "-o -" for a file name
    _run([*_COMMON, *_ABI, *_EMIT, str(source), "-o", str(output)])
    return output.read_text(encoding="utf-8")


def _run(arguments: list[str]) -> str:
    process = subprocess.run([*zig().command, "c++", *arguments], capture_output=True, text=True, check=False)
    if process.returncode == 0:
        return process.stdout
    error = _ERROR.search(process.stderr)
    if error is None:
        raise InternalError("clang failed without an error message", process.stderr)
    # An error inside our headers is the fault of whoever instantiates them.
    notes = _NOTE.finditer(process.stderr, error.end()) if error["file"].startswith(str(HEADERS)) else ()
    culprit = next((note for note in notes if not note["file"].startswith(str(HEADERS))), error)
    what = _ASSERTION.sub("", error["what"])
    raise ClangError(what, Place(shown_path(culprit["file"]), int(culprit["line"])), _advice(what))


def _advice(what: str) -> str:
    if not what.endswith("file not found"):
        return ""
    if re.match("'(hls|ap)_", what):
        return f"of the headers of Vitis HLS there are {', '.join(sorted(path.name for path in HEADERS.glob('*.h')))}"
    return "name its folder with --include"


class ClangError(UserError):
    """Clang's first error; `place` is where."""

    def __init__(self, what: str, place: Place, do: str = "") -> None:
        self.place = place
        self.lacks_streams = _STREAMS.search(what) is not None
        super().__init__(what, where=place, do=do)

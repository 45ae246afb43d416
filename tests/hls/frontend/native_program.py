"""Compiles C++ that includes our headers to a program of this machine, without a warning."""

from __future__ import annotations

import subprocess
from pathlib import Path

from hlsgen.core.tools import cxx_candidates
from hlsgen.hls.frontend.clang import HEADERS

OURS = ("-std=c++20", f"-I{HEADERS}", "-Wall", "-Wextra", "-Werror")


def build(source: Path, program: Path, *flags: str) -> Path:
    """`program` out of `source`, by the compiler that builds simulators: it need not build a C++ library first."""
    cxx = next(cxx for cxx in cxx_candidates() if cxx.family == "clang")  # our headers need it
    compiled = program.with_suffix(".o")
    for command in (
        [*cxx.compile, *flags, "-c", str(source), "-o", str(compiled)],
        [*cxx.link, str(compiled), "-o", str(program), "-lm"],
    ):
        process = subprocess.run(command, capture_output=True, text=True, check=False)
        assert process.returncode == 0, process.stderr
    return program

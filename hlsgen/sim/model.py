"""The simulator of one design: Verilator's C++ as a single translation unit, linked with cocotb.

Neither make nor perl is involved. Nothing is done when no file, flag or tool has changed since the last build.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import cocotb_tools.config

from ..core import tools
from ..core.atomic import disk_errors, replace_folder
from ..core.digest import digest_value
from ..core.errors import Place, UserError
from ..core.progress import report
from .bench import bench_files
from .runtime import Runtime, load_runtime
from .signature import Signature

PREFIX = "Vtop"  # cocotb's main program includes Vtop.h
TOP = "tb"
VERILATOR_FLAGS = (
    *("--cc", "--timing", "--vpi", "--prefix", PREFIX, "--top-module", TOP, "-O3", "--output-split", "0"),
    # Registers and memories without a reset start with random values: RTL that relies on zeros fails here.
    *("--x-initial", "unique", "--x-assign", "unique"),
    *("--timescale-override", "1ps/1ps", "-Wno-fatal", "-Wno-lint", "-Wno-style"),
    # Verilator 5.048 makes one shift of two in a row and adds their amounts in the width of one, which overflows.
    *("-fno-dfg-peephole-replace-shiftl-shiftl", "-fno-dfg-peephole-replace-shiftr-shiftr"),
)


@dataclass(frozen=True, slots=True)
class Model:
    """An executable simulator. `seconds` is the wall time of its build, 0.0 when it was there already."""

    executable: Path
    seconds: float


def build_model(signature: Signature, bench: str, folder: Path, *, waves: bool = False, quick: bool = False) -> Model:
    """Build the simulator of `signature` under the bench text `bench` in `folder`, unless it is there; see
    `build_simulator`.

    Raises `UserError` when Verilator refuses the RTL, `ToolMissing` when there is no compiler.
    """
    return build_simulator([*bench_files(), *signature.files], {"tb.sv": bench}, folder, waves=waves, quick=quick)


def build_simulator(
    sources: Sequence[Path], texts: Mapping[str, str], folder: Path, *, waves: bool = False, quick: bool = False
) -> Model:
    """Build the simulator of the module `tb` out of files and of `texts` (name: content) in `folder`, unless it is
    there.

    quick: for a run that is short, without optimisation. Raises `UserError` when Verilator refuses the RTL,
    `ToolMissing` when there is no compiler.
    """
    started = time.perf_counter()
    runtime = load_runtime(waves=waves, quick=quick)
    flags = [*VERILATOR_FLAGS, *(["--trace-vcd"] if waves else [])]
    digest = digest_value(
        [
            *(runtime.identity, flags, sorted(texts.items()), tools.verilator().version, version("cocotb")),
            *([str(path), path.read_text(errors="replace")] for path in sources),
        ]
    )
    executable, stamp = folder / "simulator", folder / "digest"
    if executable.is_file() and stamp.is_file() and stamp.read_text() == digest:
        return Model(executable, 0.0)
    with disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, text in texts.items():
            (beside / name).write_text(text)
        verilate(flags, [*sources, *(beside / name for name in texts)], beside)
        _compile(runtime, beside, waves)
        (beside / stamp.name).write_text(digest)
        replace_folder(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Model(executable, time.perf_counter() - started)


def verilate(flags: list[str], sources: list[Path], folder: Path) -> None:
    """The C++ of a model in `folder`. Raises `UserError` when Verilator refuses the RTL."""
    report(0, 0, "translating the RTL (Verilator)")
    verilator = tools.verilator()
    command = [*verilator.command, *flags, "-Mdir", str(folder), *map(str, sources)]
    try:
        tools.run_all([command], env=tools.environment(dict(verilator.environment)))
    except tools.ProgramFailed as error:
        first = re.search(r"%Error(?:-\w+)?: (?:(\S+?):(\d+):\d+: )?(.*)", error.output)
        file, line, text = first.groups() if first else (None, None, error.output[-500:] or str(error))
        place = Place(file or "", int(line or 0))
        raise UserError(
            f"Verilator refuses the RTL: {text}", where=place, do="run the lint of the rtl stage"
        ) from error


def _compile(runtime: Runtime, folder: Path, waves: bool) -> None:
    """One translation unit: the model and cocotb's main program."""
    report(0, 0, "compiling the simulator")
    main = cocotb_tools.config.share_dir / "lib" / "verilator" / "verilator.cpp"
    unit = folder / "simulator.cc"
    parts = sorted(folder.glob(f"{PREFIX}*.cpp"))
    fast = [f'#include "{path.name}"' for path in parts if "Slow" not in path.name]
    slow = [f'#include "{path.name}"' for path in parts if "Slow" in path.name]  # Verilator's name for start-up code
    main_program = [f"#define VM_TRACE {int(waves)}", f'#include "{main}"']
    unit.write_text("\n".join([*fast, *main_program, "#pragma clang optimize off", *slow, ""]))
    compiled = folder / "simulator.o"
    command = [*runtime.cxx.compile, *runtime.flags]
    rest = ["-I", str(folder), "-c", str(unit), "-o", str(compiled)]
    try:
        tools.run_all([[*command, *runtime.precompiled, *rest]])
    except tools.ProgramFailed:
        # A system header may have changed under the precompiled ones; without them it takes a second longer.
        tools.run_all([[*command, *rest]])
    libraries = str(cocotb_tools.config.libs_dir)
    link = [*runtime.cxx.link, "-o", str(folder / "simulator"), str(compiled), *map(str, runtime.objects)]
    tools.run_all(
        [[*link, "-L", libraries, f"-Wl,-rpath,{libraries}", "-lcocotbvpi_verilator", "-lpthread", "-ldl", "-lm"]]
    )
    compiled.unlink()

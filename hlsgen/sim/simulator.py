"""Runs a built simulator: cocotb inside, its tests in a module of the top-level folder `sim/`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import cocotb_tools.config

from ..core import tools
from ..core.paths import data_dir
from ..core.progress import report
from .model import TOP


def run_simulator(
    executable: Path,
    module: str,
    run: Path,
    extra: Mapping[str, str],
    arguments: Sequence[str],
    *,
    seed: int,
    waves: bool = False,
) -> None:
    """Run the cocotb tests of `module` in the folder `run`; what is printed goes to `run`/simulation.log.

    `extra`: environment, `arguments`: plusargs. Lines `hlsgen-progress <pass> <done> <total>` are told as progress.
    """
    search = [str(data_dir("sim")), *(entry for entry in sys.path if entry)]
    libraries = tools.libpython(), cocotb_tools.config.pygpi_entry_point()
    environment = tools.environment(
        {
            "COCOTB_TEST_MODULES": module,
            "COCOTB_TOPLEVEL": TOP,
            "COCOTB_RANDOM_SEED": str(seed),
            "COCOTB_RESULTS_FILE": str(run / "results.xml"),
            "COCOTB_ANSI_OUTPUT": "0",
            "COCOTB_REWRITE_ASSERTION_FILES": "",
            "COCOTB_TRUST_INERTIAL_WRITES": "1",
            "TOPLEVEL_LANG": "verilog",
            "GPI_USERS": ";".join(libraries),
            "PYGPI_PYTHON_BIN": sys.executable,
            "PYTHONPATH": os.pathsep.join(search),
            "PYTHONDONTWRITEBYTECODE": "1",
            **extra,
        },
        without=("COCOTB_", "GPI_", "PYGPI_"),
    )
    command = [str(executable), *arguments]
    command += ["+verilator+rand+reset+2", f"+verilator+seed+{seed}", *(["--trace"] if waves else [])]
    process = tools.start(command, cwd=run, env=environment, stdout=tools.PIPE)
    assert process.stdout is not None
    try:
        with process.stdout, (run / "simulation.log").open("w") as log:
            for line in process.stdout:
                words = line.split()
                if words[:1] == ["hlsgen-progress"]:
                    report(int(words[2]), int(words[3]), f"simulating: {words[1].replace('_', ' ')}")
                else:
                    log.write(line)
        process.wait()
    finally:
        tools.stop(process)

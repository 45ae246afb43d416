"""`hlsgen hls`: of a design the stage; of C++ sources the compiler on its own, with the user's test bench."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from hlsgen.arch.memory import check_memory
from hlsgen.core.boards import DEFAULT_BOARD
from hlsgen.core.errors import UserError
from hlsgen.core.progress import listening
from hlsgen.flow.kernel import KernelOptions, build_kernel, is_kernel
from hlsgen.report.kernel import kernel_text
from hlsgen.sim.recorder import BenchFailed

from . import build

_OF_A_KERNEL = tuple("top part include define cosim csim fix_depths synth no_auto view max_idle".split())
_OF_A_DESIGN = {
    "pattern": None,
    "format": "Int8",
    "multipliers": None,
    "pipelines": 1,
    "io": "stream",
    "axi_width_bits": None,
    "weights": "baked",
}


def run(arguments: argparse.Namespace) -> int:
    paths: list[Path] = arguments.paths
    if len(paths) == 1 and not is_kernel(paths[0]):
        for name in _OF_A_KERNEL:
            if getattr(arguments, name):
                option = name.replace("_", "-")
                raise UserError(f"--{option} is for C++ sources, and {paths[0]} is none", do="name a .cpp file")
        arguments.design = paths[0]
        return build.run(arguments)
    return _kernel(arguments)


def _kernel(arguments: argparse.Namespace) -> int:
    for path in arguments.paths:
        if not is_kernel(path):
            raise UserError(f"{path} is not a C++ source", do="name .cpp files, or the folder of one design")
        if not path.is_file():
            raise UserError("there is no such source file", where=str(path))
    for name, default in _OF_A_DESIGN.items():
        if getattr(arguments, name) != default:
            option = name.replace("_", "-")
            raise UserError(f"--{option} is for designs, not for C++ sources", do="leave it out")
    if not arguments.top:
        raise UserError("which function is the design?", where=str(arguments.paths[0]), do="name it with --top")
    if arguments.fix_depths and not arguments.cosim:
        raise UserError("--fix-depths needs a test bench", do="name one with --cosim")
    if arguments.axi_latency is not None:
        check_memory(None, arguments.axi_latency)
    options = KernelOptions(
        sources=tuple(arguments.paths),
        top=arguments.top,
        board=arguments.board or DEFAULT_BOARD,
        part=arguments.part or "",
        clock_ns=arguments.clock,
        include_dirs=tuple(arguments.include),
        defines=tuple(arguments.define),
        out=arguments.out,
        cosim=tuple(arguments.cosim),
        csim=tuple(arguments.csim),
        fix_depths=arguments.fix_depths,
        resources=arguments.synth,
        automatic=not arguments.no_auto,
        view=arguments.view,
        seed=arguments.seed,
        waves=arguments.waves,
        axi_latency=arguments.axi_latency,
        settings={"max_idle_cycles": arguments.max_idle} if arguments.max_idle else {},
    )
    console = Console(stderr=True)
    with console.status("") as status:

        def show(done: int, total: int, what: str) -> None:
            if console.is_terminal:
                status.update(escape(f"{what} {done}/{total}" if total else what))

        try:
            with listening(show):
                report = build_kernel(options)
        except BenchFailed as error:
            if arguments.json:
                print(
                    json.dumps({"top": arguments.top, "passed": False, "equal": False, "error": str(error)}, indent=2)
                )
            print(f"hlsgen: {error}", file=sys.stderr)
            return 1
    if arguments.json:
        print(json.dumps(report, indent=2))
    else:
        print(kernel_text(report), end="")
        print(f"{report['out']}")
    if not report["passed"]:
        print(f"hlsgen: cosim: {report['difference']}", file=sys.stderr)
    return 0 if report["passed"] else 1

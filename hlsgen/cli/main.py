"""Parse the arguments, hand them to the subcommand's module, turn every error into one line and an exit code.

Exit codes: 0 done; 1 a check failed (a mismatch); 2 a mistake of the user; 3 a mistake of ours; 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

import hlsgen
from hlsgen.core.boards import DEFAULT_BOARD
from hlsgen.core.errors import InternalError, UserError

# By name: a subcommand's module is imported only when it is the one asked for, so that `hlsgen --help` and
# `hlsgen boards` do not wait for NumPy.
_STAGES = "hlsgen.cli.build"
_BOARDS = "hlsgen.cli.boards"
_MATRIX = "hlsgen.cli.matrix"
_ATTENTION = "hlsgen.cli.attention"
_FUZZ = "hlsgen.cli.fuzz"
_HLS = "hlsgen.cli.hls"
_KERNELS = "hlsgen.cli.kernels"
_PROJECT = "hlsgen.cli.project"
_SERVE = "hlsgen.cli.serve"

_STAGE_HELP = {
    "golden": "run the held-out inputs through the integer reference",
    "plan": "plan the accelerator: folding, buffers, predicted cycles",
    "codegen": "write the HLS C++ project",
    "csim": "compile the C++ natively and compare it with golden",
    "hls": "compile the C++ of a design, or any C++ sources, to Verilog",
    "cosim": "simulate the RTL and compare it with golden",
    "synth": "estimate resources and delay with Yosys",
    "report": "write report.json and report.html",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        options = _parser().parse_args(arguments)
        code = importlib.import_module(options.module).run(options)
        sys.stdout.flush()
        return code
    except UserError as error:
        return _complain(f"error: {error}", 2)
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # whoever read our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        return _complain(f"error: {what}", 2)
    except KeyboardInterrupt:
        return _complain("interrupted; the stages that were done are kept", 130)
    except InternalError as error:
        return _complain(f"internal error: {error}", 3)
    except Exception as error:
        broken = InternalError(f"{type(error).__name__}: {error}", traceback.format_exc())
        return _complain(f"internal error: {broken}", 3)


class _Parser(argparse.ArgumentParser):
    """One line on a wrong argument, as for every other mistake."""

    def error(self, message: str) -> NoReturn:
        raise UserError(message, do=f"see {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="hlsgen", description=hlsgen.__doc__, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"hlsgen {hlsgen.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="go the whole way from the design to the report", allow_abbrev=False)
    _add_build_options(build)
    for name, text in _STAGE_HELP.items():
        stage = commands.add_parser(name, help=text, description=f"{text}; earlier stages run where needed")
        _add_build_options(stage, kernels=name == "hls")
    project = commands.add_parser("project", help="write a folder from which the board's tools make a bitstream")
    _add_project_options(project)
    serve = commands.add_parser("serve", help="show the RTL of a project as a board on the network (PYNQ.remote)")
    serve.add_argument("project", type=Path, metavar="PROJECT", help="folder that hlsgen project wrote")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    serve.add_argument("--port", type=int, default=7967, help="the one that pynq asks (default: %(default)s)")
    serve.set_defaults(module=_SERVE)
    matrix = commands.add_parser("matrix", help="build designs in every format and pattern, one page of results")
    matrix.add_argument("designs", type=Path, nargs="+", metavar="DESIGN", help="folder with design.py")
    matrix.add_argument("--format", action="append", dest="formats", help="only this one; may be repeated")
    matrix.add_argument("--pattern", action="append", dest="patterns", help="only this one; may be repeated")
    matrix.add_argument("--board", default=DEFAULT_BOARD, help="see hlsgen boards (default: %(default)s)")
    matrix.add_argument("--out", type=Path, metavar="FILE", help="the page, Markdown (default: standard output)")
    matrix.add_argument("--json", action="store_true", help="print one JSON object")
    matrix.set_defaults(module=_MATRIX)
    kernels = commands.add_parser("kernels", help="compile and cosimulate a corpus of kernels, one page of results")
    _add_kernels_options(kernels)
    attention = commands.add_parser("attention", help="measure window attention in the RTL, one page of results")
    attention.add_argument("--board", default=DEFAULT_BOARD, help="see hlsgen boards (default: %(default)s)")
    attention.add_argument("--section", action="append", dest="sections", help="only this one; may be repeated")
    attention.add_argument("--out", type=Path, metavar="FILE", help="the page, Markdown (default: standard output)")
    attention.set_defaults(module=_ATTENTION)
    fuzz = commands.add_parser("fuzz", help="random programs through a compiler: native run against RTL")
    fuzz.add_argument("what", choices=["hls"], help="the C++ compiler")
    fuzz.add_argument("--count", type=int, default=100, metavar="N", help="programs (default: %(default)s)")
    fuzz.add_argument("--seed", type=int, default=1, metavar="S", help="of the first program (default: %(default)s)")
    fuzz.add_argument("--jobs", type=int, default=1, metavar="J", help="batches at a time (default: %(default)s)")
    fuzz.add_argument("--keep", type=Path, metavar="DIR", help="reduce failures and write them here")
    fuzz.add_argument("--page", type=Path, metavar="FILE", help="add this part to a page, Markdown, and its .json")
    fuzz.add_argument("--json", action="store_true", help="print one JSON object")
    fuzz.set_defaults(module=_FUZZ)
    boards = commands.add_parser("boards", help="list the boards, or show one")
    boards.add_argument("name", nargs="?", metavar="NAME", help="show this board and the sources of its figures")
    boards.add_argument("--json", action="store_true", help="print one JSON object")
    boards.set_defaults(module=_BOARDS)
    return parser


def _add_project_options(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(module=_PROJECT)
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="folder with design.py, or C++ sources")
    _add_design_options(parser, io_default="axi; stream on ECP5")
    _add_source_options(parser.add_argument_group("C++ sources"))
    parser.set_defaults(io="")  # what the board's flow connects
    parser.add_argument("--counters", action="store_true", help="count clocks, bytes and stalls, for software to read")
    parser.add_argument("--build", type=Path, metavar="DIR", help="where it is built (default: as hlsgen build)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="the project (default: build/<design>-<board>)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_build_options(parser: argparse.ArgumentParser, *, kernels: bool = False) -> None:
    """kernels: the command takes C++ sources too."""
    parser.set_defaults(module=_HLS if kernels else _STAGES)
    if kernels:
        parser.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="folder with design.py, or C++ sources")
        _add_kernel_options(parser)
    else:
        parser.add_argument("design", type=Path, metavar="DESIGN", help="folder with design.py")
    _add_design_options(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help="default: build/<design>-<pattern>-<format>")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_design_options(parser: argparse.ArgumentParser, *, io_default: str = "stream") -> None:
    """What may be chosen for a design. io_default: as people are told."""
    parser.add_argument("--board", default=DEFAULT_BOARD, help="see hlsgen boards (default: %(default)s)")
    parser.add_argument(
        "--pattern", help="dataflow, sequential or swat (default: swat for window_attention, else dataflow)"
    )
    parser.add_argument(
        "--format",
        default="Int8",
        help="Int8, 'Fixed(16,6)', Int4/Int8, e4m3, e2m1/e4m3, ... (default: %(default)s)",
    )
    parser.add_argument("--multipliers", type=int, metavar="N", help="budget (default: the pattern's choice)")
    parser.add_argument("--pipelines", type=int, default=1, metavar="N", help="heads at a time (default: %(default)s)")
    parser.add_argument("--io", default="stream", help=f"stream or axi: how tensors travel (default: {io_default})")
    parser.add_argument("--axi-width-bits", type=int, metavar="N", help="of AXI masters (default: by the rate of each)")
    parser.add_argument("--axi-latency", type=int, metavar="CYCLES", help="of memory behind AXI masters (default: 16)")
    parser.add_argument("--weights", default="baked", help="baked in, or loaded at run time (default: %(default)s)")
    parser.add_argument("--clock", type=float, metavar="NS", help="clock period in ns (default: the board's)")
    parser.add_argument("--seed", type=int, default=1, help="of the stalls in cosimulation (default: %(default)s)")
    parser.add_argument("--waves", action="store_true", help="keep the waveforms of the cosimulation")


def _add_kernels_options(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(module=_KERNELS)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="below it, folders with kernel.toml")
    parser.add_argument("--only", action="append", metavar="NAME", help="only this kernel; may be repeated")
    parser.add_argument("--family", default="xc7", help="xc7, xcup or ecp5 (default: %(default)s)")
    parser.add_argument("--no-cosim", dest="cosim", action="store_false", help="compile only")
    parser.add_argument(
        "--synth",
        nargs="?",
        const="",
        metavar="PREFIX",
        help="estimate LUT, FF, DSP and block RAM with Yosys, of all kernels or those whose names begin so",
    )
    parser.add_argument(
        "--schedules", type=int, metavar="SEED", help="compile and simulate all once more with random legal schedules"
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes at once")
    parser.add_argument("--build", type=Path, default=Path("build/kernels"), metavar="DIR", help="default: %(default)s")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the page, Markdown (default: standard output)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_kernel_options(parser: argparse.ArgumentParser) -> None:
    """The options that only C++ sources have."""
    group = parser.add_argument_group("C++ sources")
    _add_source_options(group)
    group.add_argument("--part", metavar="PART", help="device, such as xc7z020clg400-1 (default: the board's)")
    group.add_argument("--cosim", nargs="+", type=Path, default=[], metavar="TB", help="test bench to run on the RTL")
    group.add_argument("--csim", nargs="+", type=Path, default=[], metavar="TB", help="test bench to run natively")
    group.add_argument("--fix-depths", action="store_true", help="find the FIFO depths that the test bench needs")
    group.add_argument("--no-auto", action="store_true", help="pipeline and unroll only what pragmas say")
    group.add_argument("--view", action="store_true", help="draw schedules and dataflow: rtl/view/index.html")
    group.add_argument("--synth", action="store_true", help="estimate resources with Yosys")
    group.add_argument("--max-idle", type=int, metavar="N", help="cycles without any event that mean a deadlock")


def _add_source_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--top", metavar="NAME", help="the function that becomes the design, with its namespaces")
    group.add_argument("--include", action="append", type=Path, default=[], metavar="DIR", help="for #include")
    group.add_argument("--define", action="append", default=[], metavar="N[=V]", help="a macro; may be repeated")


def _complain(text: str, code: int) -> int:
    print(f"hlsgen: {' '.join(text.split())}", file=sys.stderr)
    return code


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt

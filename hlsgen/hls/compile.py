"""The compiler from end to end: C++ sources in; Verilog, `signature.json` and `hls_report.json` out.

The stages, in order: front end (Clang, LLVM), import to the CDFG, passes, schedule, RTL. Each process function is
compiled once, however often it is called.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import hlsgen
from hlsgen.core.errors import UserError
from hlsgen.core.naming import check_identifier
from hlsgen.hls.automatic import choose
from hlsgen.hls.bind.scheduled import ScheduledFunction
from hlsgen.hls.bind.target import CLOCK_UNCERTAINTY, Target
from hlsgen.hls.dataflow import Region
from hlsgen.hls.fifos import placed_fifos
from hlsgen.hls.frontend.compile import Chosen, lower, prepare
from hlsgen.hls.interfaces import Interfaces, plan_interfaces
from hlsgen.hls.kernel_interface import argument_directions
from hlsgen.hls.llvm.ir import FrontEnd
from hlsgen.hls.report import HlsReport, make_report
from hlsgen.hls.rtl.caller import build_caller
from hlsgen.hls.rtl.fifo import FIFO_MODULE, FIFO_TEXT
from hlsgen.hls.rtl.process import build_process
from hlsgen.hls.rtl.region import build_region
from hlsgen.hls.rtl.top import build_top
from hlsgen.hls.rtl.verilog import keeps_contents, print_file, print_module
from hlsgen.hls.schedule.delay import DelayTable
from hlsgen.hls.scheduling import Program, schedule_program
from hlsgen.hls.signature import make_signature
from hlsgen.hls.view import write_view


@dataclass(frozen=True)
class Compiled:
    """All that the compiler knows of a design, before it becomes files. `functions`, `regions` by mangled name."""

    front: FrontEnd
    regions: dict[str, Region]
    functions: dict[str, ScheduledFunction]
    verilog: dict[str, str]  # file name -> text, one module each
    report: HlsReport
    signature: dict
    modules: dict[str, str]  # function -> its module

    @property
    def region(self) -> Region:
        """The top's."""
        return self.regions[self.front.top]


def compile_sources(
    sources: Sequence[Path],
    top: str,
    *,
    clock_ns: float,
    family: str,
    include_dirs: Sequence[Path] = (),
    defines: Sequence[str] = (),
    depths: Mapping[str, int] | None = None,
    automatic: bool = False,
    schedule_seed: int | None = None,
    advise: bool = True,
    seconds: dict[str, float] | None = None,
    workdir: Path,
) -> Compiled:
    """Compile `top` for a clock period in ns and a device family with a delay table (xc7, xcup).

    depths: words of FIFOs, by "function.name" (mangled), instead of what pragmas say. automatic: loops without pragmas
    are pipelined as `automatic.choose` finds best. schedule_seed: random schedules of those that are legal instead of
    the best, for tests; nothing is advised then. advise: try what would let a loop reach the interval that it missed.
    seconds: gets the wall time of every stage, by its name. `workdir` gets the text of every stage: preprocessed C++,
    LLVM IR, CDFG, schedule.
    """
    if not 0.5 <= clock_ns <= 1000:
        raise UserError(f"a clock period of {clock_ns} ns", do="give nanoseconds between 0.5 and 1000")
    target = Target(clock_ns * (1 - CLOCK_UNCERTAINTY), DelayTable.load(family))
    with _timed("clang", seconds):
        prepared = prepare(sources, top, include_dirs, defines, workdir)
    with _timed("automatic", seconds):
        chosen = choose(prepared, target, workdir) if automatic else ()
    with _timed("llvm", seconds):
        front = lower(prepared, workdir, chosen)
    found = front.module.functions[front.top]
    top = check_identifier(found.pretty, "top function", found.loc)  # without its namespace
    with _timed("schedule", seconds):
        advised_ns = clock_ns if advise and schedule_seed is None else None
        program = schedule_program(front, replace(target, schedule_seed=schedule_seed), depths, advised_ns)
        front = replace(front, buffered=program.buffered)
    with _timed("rtl", seconds):
        return _emit(front, top, clock_ns, family, program, chosen, [path.name for path in sources], workdir)


@contextmanager
def _timed(stage: str, seconds: dict[str, float] | None) -> Iterator[None]:
    started = time.perf_counter()
    yield
    if seconds is not None:
        seconds[stage] = round(time.perf_counter() - started, 3)


def _emit(
    front: FrontEnd,
    top: str,
    clock_ns: float,
    family: str,
    program: Program,
    chosen: tuple[Chosen, ...],
    sources: list[str],
    workdir: Path,
) -> Compiled:
    """Verilog, report and signature of a scheduled program."""
    functions, regions, interfaces = program.functions, program.regions, program.interfaces
    modules = _module_names(front, top, program)
    plan = plan_interfaces(front, argument_directions(front, regions[front.top].interface))
    top_module, bus_texts = build_top(top, front, regions[front.top], plan, modules, interfaces)
    built = [top_module]
    for name, region in regions.items():
        if name not in functions and name != front.top:
            built.append(build_region(modules[name], region, modules, interfaces, front.module.functions[name].pretty))
    for name, scheduled in functions.items():
        body = modules[name]
        if scheduled.function.units:
            body = f"{modules[name]}_body"
            shown, own = interfaces[name], program.own[name]
            built.append(build_caller(modules[name], scheduled, body, own, shown, modules, interfaces))
        built.append(build_process(scheduled, body))
    for name, scheduled in functions.items():
        (workdir / f"{modules[name]}.cdfg").write_text(f"{scheduled.function}\n", encoding="utf-8")
        (workdir / f"{modules[name]}.schedule").write_text(f"{scheduled}\n", encoding="utf-8")
    header = f"Made by hlsgen {hlsgen.__version__} from {', '.join(sources)}, {clock_ns} ns"
    keeps = any(map(keeps_contents, built))
    texts = {module.name: print_module(module, keeps) for module in built} | bus_texts
    if any(f"{FIFO_MODULE} " in text for text in texts.values()):
        texts[FIFO_MODULE] = FIFO_TEXT
    verilog = {f"{name}.v": print_file(header, text) for name, text in texts.items()}
    report = make_report(
        top, clock_ns, family, front, regions, functions, chosen, notes(front, plan, regions[front.top])
    )
    signature = make_signature(
        top, clock_ns, front, regions[front.top], plan, modules, report, list(verilog), placed_fifos(front, program)
    )
    return Compiled(front, regions, functions, verilog, report, signature, modules)


def _module_names(front: FrontEnd, top: str, program: Program) -> dict[str, str]:
    """Function -> module: the top's name with the function's behind it, numbered where C++ overloads a name."""
    if list(program.functions) == [front.top]:
        return {front.top: f"{top}_process"}
    names: dict[str, str] = {}
    for name in dict.fromkeys((*program.functions, *program.regions)):
        if name == front.top and name not in program.functions:
            continue
        wanted = f"{top}_{front.module.functions[name].pretty}"
        taken = sum(other == wanted or other.startswith(f"{wanted}_v") for other in names.values())
        names[name] = f"{wanted}_v{taken + 1}" if taken else wanted
    return names


def notes(front: FrontEnd, plan: Interfaces, region: Region) -> tuple[str, ...]:
    """What became of arguments that the user may not expect."""
    used = {item.argument for item in region.interface.items()}
    addressed = {argument.name for argument in plan.arguments if argument.mode == "m_axi"}
    unused = [
        f"{port.loc}: argument {port.name!r} is not used" + ("" if port.name in addressed else ": it has no ports")
        for port in front.ports
        if port.name not in used and port.kind in ("array", "stream", "streams")
    ]
    return (*(f"{note.loc}: {note.text}" for note in plan.notes), *unused)


def compile_project(
    sources: Sequence[Path],
    top: str,
    out: Path,
    *,
    clock_ns: float,
    family: str,
    include_dirs: Sequence[Path] = (),
    defines: Sequence[str] = (),
    depths: Mapping[str, int] | None = None,
    automatic: bool = False,
    schedule_seed: int | None = None,
    view: bool = False,
    seconds: dict[str, float] | None = None,
) -> HlsReport:
    """Compile into the existing folder `out`: `.v` files, `signature.json`, `hls_report.json`, `stages/`.

    view: pictures of schedules and dataflow as well, in `view/index.html`.
    """
    compiled = compile_sources(
        sources,
        top,
        clock_ns=clock_ns,
        family=family,
        include_dirs=include_dirs,
        defines=defines,
        depths=depths,
        automatic=automatic,
        schedule_seed=schedule_seed,
        seconds=seconds,
        workdir=out / "stages",
    )
    for name, text in compiled.verilog.items():
        (out / name).write_text(text, encoding="utf-8")
    if view:
        write_view(compiled.report.top, clock_ns, compiled.regions, compiled.functions, compiled.modules, out / "view")
    (out / "signature.json").write_text(json.dumps(compiled.signature, indent=2) + "\n", encoding="utf-8")
    (out / "hls_report.json").write_text(json.dumps(compiled.report.to_json(), indent=2) + "\n", encoding="utf-8")
    return compiled.report

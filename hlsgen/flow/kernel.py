"""The HLS compiler on its own: a kernel in C++ to RTL, with the user's test bench as the judge.

Below the output folder: `rtl` (Verilog, signature.json, hls_report.json, stages), `report.json`, `hls.txt`; with a
test bench `csim.log`, and `cosim` (logs of the passes, waves). Each folder appears whole or not at all. `.cache` holds
what would be made again: native programs and simulators.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hlsgen.core.atomic import disk_errors, locked, replace_folder, write_json, write_text
from hlsgen.core.boards import DEFAULT_BOARD, load_board
from hlsgen.core.errors import UserError
from hlsgen.core.naming import check_identifier
from hlsgen.core.progress import report as progress
from hlsgen.hls.compile import compile_project
from hlsgen.report.kernel import kernel_text
from hlsgen.sim.call_bench import AxiMemory
from hlsgen.sim.depths import find_depths
from hlsgen.sim.interface import Interface, load_interface
from hlsgen.sim.project import cosim_runs
from hlsgen.sim.recorder import failed, record_calls, run_bench
from hlsgen.sim.recording import Recording
from hlsgen.sim.signature import load_signature
from hlsgen.sim.stuck import CosimStuck
from hlsgen.synth import estimate

SUFFIXES = (".cpp", ".cc", ".cxx", ".c++", ".C", ".c")
_FAMILIES = {
    "xc7": "xc7",
    **dict.fromkeys(["xcu", "xck", "xcz", "xcv", "xq"], "xcup"),
    "lfe5u": "ecp5",
}


@dataclass(frozen=True)
class KernelOptions:
    """What to make of which sources. part: a device, "" for the board's. clock_ns: None for the board's.

    cosim, csim: sources of a test bench. fix_depths: find the depths of FIFOs and use them. resources: ask Yosys.
    view: draw schedules and dataflow, `rtl/view/index.html`. axi_latency: cycles of the memory in cosimulation.
    """

    sources: tuple[Path, ...]
    top: str
    board: str = DEFAULT_BOARD
    part: str = ""
    clock_ns: float | None = None
    include_dirs: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    out: Path | None = None
    cosim: tuple[Path, ...] = ()
    csim: tuple[Path, ...] = ()
    fix_depths: bool = False
    resources: bool = False
    automatic: bool = True
    view: bool = False
    seed: int = 1
    waves: bool = False
    axi_latency: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def output(self) -> Path:
        """The folder for everything that is made."""
        return (self.out or Path("build") / self.top.rpartition("::")[2]).absolute()


def family_of(part: str) -> str:
    """The family of a device by its name; Versal has that of UltraScale+, which stands in."""
    name = part.lower()
    for start, family in _FAMILIES.items():
        if name.startswith(start):
            return family
    raise UserError(
        f"no family is known for part {part!r}",
        do="name a part of 7 series (xc7...), UltraScale+ (xck, xczu) or ECP5 (LFE5U)",
    )


def is_kernel(path: Path) -> bool:
    """Whether a path names a C++ source rather than the folder of a design."""
    return path.suffix in SUFFIXES and not path.is_dir()


def build_kernel(options: KernelOptions) -> dict[str, Any]:
    """Compile, and simulate as asked; the object of report.json, `passed` False when a simulation found a difference.

    Raises `UserError` for sources that are refused and, as `BenchFailed`, for a test bench that does not end with 0.
    """
    check_identifier(options.top.rpartition("::")[2], "top function")
    board = load_board(options.board)
    part = options.part or board.part
    family = family_of(options.part) if options.part else board.family
    clock_ns = options.clock_ns or board.clock_ns
    out = options.output
    with disk_errors(out):
        out.mkdir(parents=True, exist_ok=True)
    with locked(out):
        return _Build(options, out, part, family, clock_ns).run()


class _Build:
    def __init__(self, options: KernelOptions, out: Path, part: str, family: str, clock_ns: float) -> None:
        self.options, self.out = options, out
        self.part, self.family, self.clock_ns = part, family, clock_ns
        self.cache = out / ".cache"
        with disk_errors(self.cache):
            self.cache.mkdir(exist_ok=True)
        self.seconds: dict[str, float] = {}
        self.facts: dict[str, Any] = {"passed": True}

    def run(self) -> dict[str, Any]:
        options = self.options
        if options.csim:
            with self.timed("csim"):
                self.csim()
        with self.timed("hls"):
            compiled = self.compile({})
        if options.cosim:
            with self.timed("csim"):
                recording = self.record()
            if options.fix_depths:
                with self.timed("depths"):
                    found = find_depths(self.out / "rtl", recording, self.cache, seed=options.seed)
                self.facts["depths"] = {"needed": found.needed, "most": found.most, "asked": found.asked}
                self.facts["depth_pragmas"] = found.pragmas()
                if found.needed:
                    with self.timed("hls"):
                        compiled = self.compile(found.by_key())
            with self.timed("cosim"):
                self.cosim(recording)
        if options.resources:
            with self.timed("synth"):
                self.facts["resources"] = self.synthesise()
        report = {
            **compiled,
            "part": self.part,
            "out": str(self.out),
            **self.interface_facts(),
            "seconds": {stage: round(seconds, 3) for stage, seconds in self.seconds.items()},
            **self.facts,
        }
        write_json(self.out / "report.json", report)
        write_text(self.out / "hls.txt", kernel_text(report))
        return report

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        progress(0, 0, stage)
        started = time.monotonic()
        yield
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.monotonic() - started

    def whole(self, name: str, fill: Callable[[Path], Any]) -> Any:
        """`fill` makes the content of the folder `name`, which then takes its place in one step."""
        beside = self.out / f".{name}.new"
        with disk_errors(beside):
            shutil.rmtree(beside, ignore_errors=True)
            beside.mkdir()
        try:
            made = fill(beside)
            replace_folder(beside, self.out / name)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return made

    def compile(self, depths: Mapping[str, int]) -> dict[str, Any]:
        options = self.options
        stages: dict[str, float] = {}

        def fill(folder: Path) -> Any:
            (folder / "stages").mkdir()
            return compile_project(
                options.sources,
                options.top,
                folder,
                clock_ns=self.clock_ns,
                family=self.family,
                include_dirs=options.include_dirs,
                defines=options.defines,
                depths=depths or None,
                automatic=options.automatic,
                view=options.view,
                seconds=stages,
            )

        report = self.whole("rtl", fill).to_json()
        self.seconds |= {f"hls {stage}": seconds for stage, seconds in stages.items()}
        return report

    def csim(self) -> None:
        options = self.options
        done = run_bench(
            options.sources, options.csim, self.cache, include_dirs=options.include_dirs, defines=options.defines
        )
        self.said()
        if done.status:
            raise failed(done, self.cache)
        self.facts["csim"] = {"status": done.status}

    def said(self) -> None:
        """What the bench printed, for the user to see."""
        log = self.cache / "csim.log"
        if log.is_file():
            write_text(self.out / "csim.log", log.read_text(encoding="utf-8", errors="replace"))

    def interface(self) -> Interface:
        return load_interface(self.out / "rtl")

    def record(self, unset: str = "zero") -> Recording:
        options, interface = self.options, self.interface()
        try:
            return record_calls(
                options.sources,
                options.cosim,
                interface.cpp_name,
                interface,
                self.cache,
                include_dirs=options.include_dirs,
                defines=options.defines,
                unset=unset,
            )
        finally:
            self.said()

    def cosim(self, recording: Recording) -> None:
        options = self.options
        try:
            result = cosim_runs(
                self.out / "rtl",
                recording,
                lambda: self.record("pattern"),
                self.cache,
                seed=options.seed,
                waves=options.waves,
                memory=AxiMemory(options.axi_latency) if options.axi_latency else None,
                **options.settings,
            )
        except CosimStuck as error:
            self.facts |= {"passed": False, "equal": False, "calls": len(recording.calls), "cycles_per_call": None}
            self.facts["difference"] = str(error)
        else:
            found = result.to_json()
            self.facts |= {"passed": result.equal, "equal": result.equal, "calls": result.calls}
            self.facts |= {"cycles_per_call": result.cycles_mean, "cosim": found}
            self.facts["difference"] = found["first_difference"]
        self.facts["polled"] = sorted(recording.polled)
        self.whole("cosim", self.keep_logs)

    def keep_logs(self, folder: Path) -> None:
        run = self.cache / "run"
        kept = [run / "simulation.log", run / "dump.vcd", *sorted((run / "0").glob("*.log"))]
        for path in kept:
            if path.is_file():
                shutil.move(path, folder / path.name)
        if isinstance(self.facts.get("cosim"), dict) and self.facts["cosim"]["waves"]:
            self.facts["cosim"]["waves"] = str(self.out / "cosim" / "dump.vcd")

    def synthesise(self) -> dict[str, Any]:
        signature = load_signature(self.out / "rtl")
        return self.whole(
            "synth", lambda folder: estimate(signature.files, signature.top, self.family, folder).to_json()
        )

    def interface_facts(self) -> dict[str, Any]:
        interface = self.interface()
        arguments = [
            {
                "name": a.name,
                "kind": a.kind,
                "direction": a.direction,
                "mode": a.mode,
                "bits": a.bits,
                "depth": a.depth,
                "bundle": a.bundle,
            }
            for a in interface.arguments
        ]
        registers = [
            {"port": port.name, "name": r.name, "offset": r.offset, "bits": r.bits, "argument": r.argument}
            for port in interface.axilite
            for r in port.registers
        ]
        return {"control": interface.signature.control, "arguments": arguments, "registers": registers}

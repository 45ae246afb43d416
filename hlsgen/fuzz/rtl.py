"""Many designs in one simulator, against their native runs: lint first, then the bench of recorded calls."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hlsgen.core.errors import InternalError, UserError
from hlsgen.core.paths import data_dir
from hlsgen.sim import batch
from hlsgen.sim.lint import lint_pyslang, lint_verilator, load_waivers
from hlsgen.sim.recording import Call as RecordedCall
from hlsgen.sim.recording import Recording, Rows, StreamTraffic
from hlsgen.sim.stuck import CosimStuck

from .native import Outputs
from .program import Port, Program

_ALL = "all.v"  # an instance of every design, so that one run of a linter reads them all


@dataclass(frozen=True, slots=True)
class Design:
    """A compiled program with the outputs that it has to give."""

    program: Program
    verilog: Mapping[str, str]  # file -> text; the top's first
    signature: Mapping
    expected: Sequence[Outputs]

    @property
    def name(self) -> str:
        return self.program.name


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a design. problem: "" when all was well; kind: lint, verilator, mismatch, stuck."""

    kind: str = ""
    problem: str = ""
    cycles: int = 0


def simulate(
    designs: Sequence[Design], folder: Path, *, seed: int = 1, idle_cycles: int = 20_000
) -> dict[str, Outcome]:
    """Play the calls of every design one by one, back to back, and with random stalls on every port; by name."""
    shutil.rmtree(folder, ignore_errors=True)
    ready = {}
    for design in designs:
        rtl = folder / "rtl" / design.name
        rtl.mkdir(parents=True)
        for name, text in design.verilog.items():
            (rtl / name).write_text(text, encoding="utf-8")
        (rtl / "signature.json").write_text(json.dumps(design.signature), encoding="utf-8")
        ready[design.name] = batch.Design(design.name, rtl, recording_of(design))
    outcomes = _lint(designs, folder)
    good = [each for name, each in ready.items() if name not in outcomes or outcomes[name].kind != "verilator"]
    found = batch.simulate_many(good, folder / "sim", seed=seed, max_idle_cycles=idle_cycles)
    for name, result in found.items():
        outcome = _outcome(result)
        if outcome.problem or name not in outcomes:
            outcomes[name] = outcome
    return outcomes


def _outcome(result: batch.CallsResult | UserError) -> Outcome:
    if isinstance(result, CosimStuck):
        return Outcome("stuck", str(result))
    if isinstance(result, UserError):
        return Outcome("verilator", str(result))
    if not result.equal:
        return Outcome("mismatch", str(result.first_difference))
    return Outcome(cycles=result.total_cycles)


def _lint(designs: Sequence[Design], folder: Path) -> dict[str, Outcome]:
    """The first finding of each design that is no matter of taste."""
    instances = "".join(f"    {design.name} d{number} ();\n" for number, design in enumerate(designs))
    (folder / _ALL).write_text(f"module all;\n{instances}endmodule\n", encoding="utf-8")
    files = {name: folder / "rtl" / design.name / name for design in designs for name in design.verilog}
    read = [*files.values(), folder / _ALL]
    waivers = load_waivers(data_dir("sim") / "lint_waivers.txt")
    outcomes: dict[str, Outcome] = {}
    for finding in [*lint_verilator("all", read), *lint_pyslang("all", read)]:
        file = Path(finding.file).name
        if file == _ALL or any(waiver.covers(finding) for waiver in waivers):
            continue
        owners = [design.name for design in designs if file in design.verilog]
        if not owners:
            raise InternalError(f"Verilator stops: {finding}", str(folder))
        kind = "verilator" if finding.rule == "error" else "lint"
        for owner in owners:
            if owner not in outcomes or kind == "verilator":
                outcomes[owner] = Outcome(
                    kind, f"{finding.text} ({finding.tool} {finding.rule}, {file}:{finding.line})"
                )
    return outcomes


# ---- the native run as a recording


def recording_of(design: Design) -> Recording:
    """The calls of a native run, as `hlsgen.sim` has them."""
    ports = design.program.ports
    left: dict[str, list[int]] = {port.name: [] for port in ports if port.kind == "stream"}
    calls = []
    for given, got in zip(design.program.inputs(), design.expected, strict=True):
        made = RecordedCall()
        for port in ports:
            if port.kind == "stream":
                made.streams[port.name] = _traffic(port, given, got, left[port.name])
                continue
            if port.kind == "elements":
                words = _rows(given[port.name] if port.given else got.words[port.name], port)
                read, written = (words, words[:0]) if port.given else (words[:0], words)
                made.streams[port.name] = StreamTraffic(len(read), read, written)
                continue
            if port.given:
                made.before[port.name] = _rows(given[port.name], port)
            elif port.kind != "return":
                made.before[port.name] = _rows([0] * port.words, port)
            if port.kind != "value":
                made.after[port.name] = _rows(got.words.get(port.name) or given[port.name], port)
        calls.append(made)
    bits = {port.parameter.split("[")[0] if port.kind == "stream" and port.parameter else port.name: port.type.bits
            for port in ports}  # fmt: skip
    return Recording(tuple(calls), frozenset(), bits)


def _traffic(port: Port, given: dict[str, list[int]], got: Outputs, left: list[int]) -> StreamTraffic:
    """What a call takes from all that waits; what it leaves is there in the next."""
    if not port.given:
        return StreamTraffic(0, _rows([], port), _rows(got.words[port.name], port))
    waiting = [*left, *given[port.name]]
    taken = len(waiting) - got.left[port.name]
    left[:] = waiting[taken:]
    return StreamTraffic(len(waiting), _rows(waiting[:taken], port), _rows([], port))


def _rows(words: Sequence[int], port: Port) -> Rows:
    size = -(-port.type.bits // 8)
    raw = b"".join(word.to_bytes(size, "little") for word in words)
    return np.frombuffer(raw, np.uint8).reshape(len(words), size)

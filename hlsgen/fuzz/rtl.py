"""Many designs as one Verilator model, driven by `rtl_bench.cpp`: compiled fast rather than made to run fast."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hlsgen.core import tools
from hlsgen.core.errors import InternalError
from hlsgen.core.paths import data_dir
from hlsgen.sim.lint import Finding, lint_pyslang, load_waivers
from hlsgen.sim.runtime import load_runtime

from .native import word_bytes
from .program import Call, Port, Program

_BENCH = Path(__file__).with_name("rtl_bench.cpp")
_FLAGS = (
    *("--cc", "--prefix", "Vtb", "--top-module", "tb", "--output-split", "0", "-O2"),
    *("--x-initial", "unique", "--x-assign", "unique", "-Wall", "-Wno-fatal"),
)
_SECONDS = 300  # of one simulation of a whole batch
_HEADER_PORT = re.compile(r"^ *(input|output) wire(?: \[(\d+):0\])? (\w+),?$", re.MULTILINE)
_WARNING = re.compile(r"^%(Warning|Error)(?:-(\w+))?: (?:(\S+?):(\d+):\d+: )?(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Design:
    """A compiled program with the outputs that it has to give."""

    program: Program
    verilog: Mapping[str, str]  # file -> text; the top's first
    signature: Mapping
    expected: Sequence[Call]

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
    designs: Sequence[Design],
    folder: Path,
    *,
    seed: int = 1,
    idle_cycles: int = 20_000,
    instead: Sequence[Path] = (),
) -> dict[str, Outcome]:
    """Run all in both passes; by name. instead: files that are simulated, and not linted, in place of the Verilog."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sources: dict[str, Path] = {}
    for design in designs:
        for name, text in design.verilog.items():
            sources[name] = folder / name
            sources[name].write_text(text, encoding="utf-8")
    (folder / "tb.v").write_text(_wrapper(designs), encoding="utf-8")
    (folder / "connect.inc").write_text(_connections(designs), encoding="utf-8")
    (folder / "data").write_bytes(b"".join(_data(design) for design in designs))
    outcomes: dict[str, Outcome] = {}
    found = _verilate(list(instead or sources.values()), folder)
    if not instead:
        outcomes = _blame(designs, found + lint_pyslang("tb", [*sources.values(), folder / "tb.v"]))
    refused = [name for name, outcome in outcomes.items() if outcome.kind == "verilator"]
    if refused:
        rest = [design for design in designs if design.name not in refused]
        return outcomes | (simulate(rest, folder / "rest", seed=seed, idle_cycles=idle_cycles) if rest else {})
    for name, outcome in _run(_compile(folder), designs, folder, seed, idle_cycles).items():
        if outcome.problem or name not in outcomes:
            outcomes[name] = outcome
    return outcomes


def _blame(designs: Sequence[Design], found: Sequence[Finding]) -> dict[str, Outcome]:
    """The first finding of each design that is no matter of taste."""
    waivers = load_waivers(data_dir("sim") / "lint_waivers.txt")
    outcomes: dict[str, Outcome] = {}
    for finding in found:
        file = Path(finding.file).name
        if file == "tb.v" or any(waiver.covers(finding) for waiver in waivers):
            continue
        owners = [design.name for design in designs if file in design.verilog]
        kind = "verilator" if finding.rule == "error" else "lint"
        if not owners:
            raise InternalError(f"Verilator stops: {finding}")
        for owner in owners:
            if owner not in outcomes or kind == "verilator":
                outcomes[owner] = Outcome(
                    kind, f"{finding.text} ({finding.tool} {finding.rule}, {file}:{finding.line})"
                )
    return outcomes


def _verilate(files: Sequence[Path], folder: Path) -> list[Finding]:
    verilator = tools.verilator()
    command = [*verilator.command, *_FLAGS, "-Mdir", str(folder / "model"), *map(str, files), str(folder / "tb.v")]
    output = tools.output_of(command, env=tools.environment(dict(verilator.environment)))
    return [
        Finding("verilator", "error" if severity == "Error" else rule, file, int(line or 0), text)
        for severity, rule, file, line, text in _WARNING.findall(output)
        if not text.startswith(("Exiting due to", "Cannot continue"))
    ]


def _compile(folder: Path) -> Path:
    runtime = load_runtime()
    unit = folder / "simulator.cpp"
    parts = sorted((folder / "model").glob("Vtb*.cpp"))
    unit.write_text("".join(f'#include "{path}"\n' for path in parts) + f'#include "{_BENCH}"\n', encoding="utf-8")
    flags = [flag for flag in runtime.flags if not flag.startswith("-O")]
    made = folder / "simulator.o"
    compile = [*runtime.cxx.compile, *flags, "-O0", "-I", str(folder / "model"), "-I", str(folder)]
    tools.run_all([[*compile, "-c", str(unit), "-o", str(made)]])
    objects = [str(each) for each in runtime.objects if each.stem in ("verilated", "verilated_threads")]
    tools.run_all([[*runtime.cxx.link, "-o", str(folder / "simulator"), str(made), *objects, "-lpthread", "-lm"]])
    return folder / "simulator"


def _run(executable: Path, designs: Sequence[Design], folder: Path, seed: int, idle_cycles: int) -> dict[str, Outcome]:
    command = [str(executable), str(folder / "data"), str(seed), str(idle_cycles)]
    output = tools.output_of(["timeout", str(_SECONDS), *command], env=tools.environment({}))
    outcomes: dict[str, Outcome] = {}
    finished: dict[str, int] = {}
    for line in output.splitlines():
        words = line.split(" ", 2)
        if len(words) < 3:
            continue
        number, name, verdict = words
        ok = re.fullmatch(r"ok (\d+)", verdict)
        if ok and name not in outcomes:
            finished[name] = finished.get(name, 0) + 1
            if finished[name] == 2:
                outcomes[name] = Outcome(cycles=int(ok[1]))
        elif not ok and (name not in outcomes or not outcomes[name].problem):
            kind = "stuck" if verdict.startswith("stuck") else "mismatch"
            outcomes[name] = Outcome(kind, f"{verdict} (pass {number})")
    for design in designs:
        outcomes.setdefault(design.name, Outcome("stuck", f"the simulation did not end: {output[-300:]}"))
    return outcomes


# ---- the wrapper and how the bench reaches its ports


def _top_ports(design: Design) -> list[tuple[str, int, str]]:
    """(direction, width, name) of the top module's ports."""
    text = next(iter(design.verilog.values()))
    header = text[text.index("\nmodule ") : text.index(");")]
    return [(into, int(high or 0) + 1, name) for into, high, name in _HEADER_PORT.findall(header)]


def _wrapper(designs: Sequence[Design]) -> str:
    ports, instances = ["    input wire clk", "    input wire rst_n"], []
    for number, design in enumerate(designs):
        joined = []
        for into, width, name in _top_ports(design):
            if name in ("ap_clk", "ap_rst_n"):
                joined.append(f".{name}({'clk' if name == 'ap_clk' else 'rst_n'})")
                continue
            ports.append(f"    {into} wire [{width - 1}:0] d{number}_{name}")
            joined.append(f".{name}(d{number}_{name})")
        instances.append(f"    {design.name} d{number} ({', '.join(joined)});\n")
    inside = ",\n".join(ports)
    return f"module tb (\n{inside}\n);\n{''.join(instances)}endmodule\n"


def _connections(designs: Sequence[Design]) -> str:
    parts = []
    for number, design in enumerate(designs):
        parts.append(
            f"static void connect{number}(Vtb* tb, Reader& data, Design& d) {{\n{_connect(number, design)}}}\n"
        )
    calls = "".join(f"    connect{number}(tb, data, designs.emplace_back());\n" for number in range(len(designs)))
    return f"{''.join(parts)}void connect(Vtb* tb, Reader& data, std::vector<Design>& designs) {{\n{calls}}}\n"


def _connect(number: int, design: Design) -> str:
    program, signature = design.program, design.signature
    prefix = f"tb->d{number}_"
    names = {name for _, _, name in _top_ports(design)}
    lines = [f'd.name = "{design.name}";', f"d.calls = {program.calls};"]
    lines.append(f"d.handshake = {str('ap_start' in names).lower()};")
    lines.append(f"d.overlap = {str(all(port.kind in ('stream', 'value') for port in program.ports)).lower()};")
    for member, name in (
        ("start", "start"),
        ("done", "done"),
        ("idle", "idle"),
        ("ready", "ready"),
        ("go_on", "continue"),
    ):
        if f"ap_{name}" in names:
            lines.append(f"d.{member} = leaf({prefix}ap_{name});")
    streams = {stream["name"]: stream for stream in signature["streams"]}
    arguments = {argument["name"]: argument for argument in signature.get("arguments", ())}
    for port in program.ports:
        if port.kind == "stream":
            lines += _stream_lines(port, streams[port.name]["ports"], prefix, _count(design, port))
        elif port.kind == "array":
            lines += _array_lines(port, arguments[port.name]["leaves"], prefix, program.calls)
        else:
            lines += _scalar_lines(port, arguments[port.name], prefix, program.calls)
    return "".join(f"    {line}\n" for line in lines)


def _scalar_lines(port: Port, argument: Mapping, prefix: str, calls: int) -> list[str]:
    bytes = word_bytes(port.type.bits)
    leaves, reads = argument["leaves"], argument["direction"] == "in"
    names = leaves[0].get("ports", {}) if leaves else {}
    lines = ["{", "    Scalar& s = d.scalars.emplace_back();", f'    s.name = "{port.name}"; s.bytes = {bytes};']
    into = names.get("data_in") or (names.get("data") if reads else None)
    out = names.get("data_out") or (names.get("data") if not reads else None)
    for member, name in (("in", into), ("out", out), ("valid", names.get("valid"))):
        if name:
            lines.append(f"    s.{member} = leaf({prefix}{name}, 0, {port.type.bits});")
    lines.append(f"    s.is_inout = {str(port.direction == 'inout').lower()};")
    if port.given:
        lines.append(f"    s.given = data.next({calls * bytes});")
    if port.direction != "in":
        lines.append(f"    s.expected = data.next({calls * bytes});")
    return [*lines, "}"]


def _array_lines(port: Port, leaves: Sequence[Mapping], prefix: str, calls: int) -> list[str]:
    bytes = word_bytes(port.type.bits)
    total = port.words * bytes
    lines = ["{", "    Array& a = d.arrays.emplace_back();", f'    a.name = "{port.name}"; a.bytes = {bytes};']
    lines.append(f"    a.elements = {port.words}; a.now.assign({total}, 0);")
    for each in leaves:
        names = each.get("ports", {})
        lines.append(
            f"    {{ MemoryLeaf& l = a.leaves.emplace_back(); l.lsb = {each['lsb']}; l.width = {each['bits']};"
        )
        lines.append(f"    l.inner = {each['count']};")
        for number in ("0", "1"):
            if f"ce{number}" not in names:
                continue
            lines.append("    { MemoryPort& p = l.ports.emplace_back();")
            roles = (("address", "address"), ("enable", "ce"), ("write", "we"), ("to", "d"), ("from", "q"))
            for member, role in roles:
                if f"{role}{number}" in names:
                    lines.append(f"    p.{member} = leaf({prefix}{names[role + number]});")
            lines.append("    }")
        lines.append("    }")
    if port.given:
        lines.append(f"    a.given = data.next({calls * total});")
    if port.direction != "in":
        lines.append(f"    a.expected = data.next({calls * total});")
    return [*lines, "}"]


def _stream_lines(port: Port, names: Mapping[str, str], prefix: str, count: int) -> list[str]:
    bytes = word_bytes(port.type.bits)
    leaves, lsb = [], 0
    fields = [(name, field.bits) for name, field, _ in port.type.fields] if port.type.kind == "packet" else []
    for name, bits in fields or [("data", port.type.bits)]:
        leaves.append(f"leaf({prefix}{names[name]}, {lsb}, {bits})")
        lsb += bits
    return [
        "{",
        "    Stream& s = d.streams.emplace_back();",
        f'    s.name = "{port.name}"; s.in = {str(port.given).lower()}; s.bytes = {bytes}; s.count = {count};',
        f"    s.leaves = {{{', '.join(leaves)}}};",
        f"    s.valid = leaf({prefix}{names['valid']}); s.ready = leaf({prefix}{names['ready']});",
        f"    s.words = data.next({count * bytes});",
        "}",
    ]


def _count(design: Design, port: Port) -> int:
    return len(_words(design, port, port.given))


def _words(design: Design, port: Port, given: bool) -> list[int]:
    calls = design.program.inputs() if given else design.expected
    return [word for call in calls for word in call[port.name]]


def _data(design: Design) -> bytes:
    """What `connect` reads, in the same order."""
    parts = []
    for port in design.program.ports:
        bytes = word_bytes(port.type.bits)
        sides = [True] if port.given else []
        sides += [False] if port.direction != "in" else []
        for given in sides:
            parts += [word.to_bytes(bytes, "little") for word in _words(design, port, given)]
    return b"".join(parts)

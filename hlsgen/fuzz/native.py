"""Programs run natively, many in one compilation: the reference for their RTL.

Each program runs in a process of its own, so that one that dies takes no other with it.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hlsgen.core.errors import InternalError
from hlsgen.sim.csim import compile_command

from .program import INCLUDES, Call, Program
from .tree import render


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a call gave: words of outputs, and how many words it left in the streams that it reads; by port."""

    words: Call
    left: dict[str, int]


_BENCH = Path(__file__).with_name("native_bench.h")
_SECONDS = 20  # of one program; they run for milliseconds


def word_bytes(bits: int) -> int:
    """How much a packed word takes in a file."""
    return -(-bits // 32) * 4


def run_natively(programs: Sequence[Program], folder: Path) -> dict[str, list[Outputs] | str]:
    """By name: the outputs of every call, or why there are none (it does not compile, reads an empty stream, ...)."""
    for name in ("src", "tb"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    bench = folder / "tb" / "bench.cpp"
    bench.write_text(_bench_text(programs), encoding="utf-8")
    program = folder / "native"
    command = [part for part in compile_command(folder, "hlsgen", program) if not part.startswith("-O")]
    done = subprocess.run(
        [*command, "-O0", "-g0", "-fno-stack-protector", "-w"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        if len(programs) == 1:
            return {programs[0].name: _first_error(done.stderr)}
        half = len(programs) // 2
        return run_natively(programs[:half], folder / "a") | run_natively(programs[half:], folder / "b")
    return {each.name: _run(program, number, each, folder) for number, each in enumerate(programs)}


def _first_error(text: str) -> str:
    found = re.search(r"error: (.*)", text)
    return f"does not compile: {found[1] if found else text[-200:]}"


def _bench_text(programs: Sequence[Program]) -> str:
    parts = [INCLUDES, f'#include "{_BENCH}"\n']
    for number, program in enumerate(programs):
        parts.append(f"namespace n{number} {{\n{render(program.body)}")
        parts.append(f"static void run() {{\n{_calls(program)}}}\n}}\n")
    runs = ", ".join(f"n{number}::run" for number in range(len(programs)))
    parts.append(
        "int main(int, char** arguments) {\n"
        '    fuzz::in = fopen(arguments[2], "rb");\n    fuzz::out = fopen(arguments[3], "wb");\n'
        f"    void (*const runs[])() = {{{runs}}};\n    runs[atoi(arguments[1])]();\n    fclose(fuzz::out);\n"
        "    return 0;\n}\n"
    )
    return "".join(parts)


def _calls(program: Program) -> str:
    """Declares what stands for the ports, then calls."""
    lines, before, after, arguments, end = [], [], [], [], []
    result = ""
    for port in program.ports:
        type, name = port.type.text, port.name
        if port.kind == "stream":
            if port.parameter:  # one of an array
                stem, number = port.parameter.removesuffix("]").split("[")
                lines += [f"static hls::stream<{type}> {stem}[4];"] if number == "0" else []
                arguments += [stem] if number == "0" else []
                name = port.parameter
            else:
                lines.append(f"static hls::stream<{type}> {name};")
                arguments.append(name)
            if port.given:
                before.append(f"fuzz::take({name}, {port.words});")
                after.append(f"fuzz::count({name}.size());")
                end.append(f"fuzz::drop({name});")
            else:
                after.append(f"fuzz::give({name});")
            continue
        if port.kind == "return":
            lines.append(f"static {type} {name}[1];")
            result = f"{name}[0] = "
            after.append(f"fuzz::give({name}, 1);")
            continue
        lines.append(f"static {type} {name}[{port.words}];")
        if port.given:
            before.append(f"fuzz::take({name}, {port.words});")
        if port.direction != "in":
            after.append(f"fuzz::give({name}, {port.words});")
        arguments.append(port.parameter.replace("@", name))
    call = f"{result}{program.name}({', '.join(arguments)});"
    body = " ".join([*before, call, *after])
    return "".join(
        f"    {line}\n" for line in (*lines, f"for (int call = 0; call < {program.calls}; ++call) {{ {body} }}", *end)
    )


def _run(executable: Path, number: int, program: Program, folder: Path) -> list[Outputs] | str:
    given, got = folder / f"{program.name}.in", folder / f"{program.name}.out"
    given.write_bytes(
        b"".join(
            word.to_bytes(word_bytes(port.type.bits), "little")
            for call in program.inputs()
            for port in program.ports
            if port.given
            for word in call[port.name]
        )
    )
    try:
        done = subprocess.run(
            [executable, str(number), given, got], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return "does not end"
    if done.returncode or done.stderr:
        return f"ends with {done.returncode}: {done.stderr.strip()[:200]}"
    try:
        return _read(got.read_bytes(), program)
    finally:
        given.unlink()
        got.unlink()


def _read(data: bytes, program: Program) -> list[Outputs]:
    calls: list[Outputs] = []
    at = 0
    for _ in range(program.calls):
        call = Outputs({}, {})
        for port in program.ports:
            if port.direction == "in" and port.kind != "stream":
                continue
            count = int.from_bytes(data[at : at + 4], "little")
            at += 4
            if port.direction == "in":
                call.left[port.name] = count
                continue
            step = word_bytes(port.type.bits)
            end = at + count * step
            call.words[port.name] = [int.from_bytes(data[k : k + step], "little") for k in range(at, end, step)]
            at = end
        calls.append(call)
    if at != len(data):
        raise InternalError(f"{program.name}: {len(data)} bytes of output, {at} read", program.text)
    return calls

"""Runs the C++ of a kernel natively, through hlsgen's own headers: what the RTL has to equal."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from hlsgen.sim.csim import compile_command

_BENCH = Path(__file__).with_name("native_bench.h")

Call = dict[str, list[int]]  # port -> words


def run_native(source: Path, ports: Sequence[str], calls: Sequence[Call], folder: Path) -> list[Call]:
    """What each call of `top` writes. ports: the parameters of `top` in order; calls: words for its input ports."""
    for name in ("src", "tb"):
        (folder / name).mkdir(parents=True)
    names = ", ".join(f'"{port}"' for port in ports)
    (folder / "tb" / "bench.cpp").write_text(
        f'#include "{source}"\n#include "{_BENCH}"\n'
        f"int main() {{\n    static const char* const names[] = {{{names}}};\n    return bench(top, names);\n}}\n"
    )
    program = folder / "bench"
    subprocess.run(compile_command(folder, "hlsgen", program), check=True, capture_output=True)
    lines = []
    for call in calls:
        lines += [f"{port} {word:x}" for port, words in call.items() for word in words] + ["call -"]
    done = subprocess.run([program], input="\n".join(lines), capture_output=True, text=True, check=True)
    assert not done.stderr, done.stderr
    results: list[Call] = [{}]
    for port, word in map(str.split, done.stdout.splitlines()):
        if port == "call":
            results.append({})
        else:
            results[-1].setdefault(port, []).append(int(word, 16))
    return results[:-1]

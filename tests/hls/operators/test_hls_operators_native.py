"""Operators of every kind: native C++ equals the RTL, with stalls, at clocks that cut them into many cycles or few."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import pytest

from hlsgen.hls.compile import compile_project
from hlsgen.sim.cosim import cosim

sys.path.insert(0, str(Path(__file__).parents[1] / "compile"))
from native import run_native

KERNEL = Path(__file__).parent / "kernels" / "operators.cpp"
WORDS = dict.fromkeys(("int_in", "odd_in", "constants_in", "products_in", "accumulate_in", "shared_in"), 6)
WORDS["long_in"] = 12


def word(source: random.Random) -> int:
    """64 bits of any size, and of their halves."""
    high, low = (source.getrandbits(32) >> source.randint(0, 31) for _ in range(2))
    flips = source.choice([0, 0, (1 << 64) - 1, (1 << 32) - 1])
    return (high << 32 | low) ^ flips


@pytest.mark.parametrize(("clock_ns", "family"), [(3.0, "xcup"), (5.0, "xc7"), (20.0, "xc7")])
def test_operators_equal_native(clock_ns, family, tmp_path):
    rtl = tmp_path / "rtl"
    rtl.mkdir()
    report = compile_project([KERNEL], "top", rtl, clock_ns=clock_ns, family=family)
    assert report.slow_operations == ()
    assert "product0_a" in (rtl / "top_shared.v").read_text()
    streams = json.loads((rtl / "signature.json").read_text())["streams"]
    source = random.Random(11)
    calls = [{name: [word(source) for _ in range(count)] for name, count in WORDS.items()} for _ in range(5)]
    results = run_native(KERNEL, [stream["name"] for stream in streams], calls, tmp_path / "native")
    vectors = tmp_path / "vectors"
    vectors.mkdir()
    beats = {"samples": len(calls)}
    for stream in streams:
        name = stream["name"]
        values = [value for call in (calls if stream["direction"] == "in" else results) for value in call[name]]
        (vectors / f"{name}.hex").write_text("".join(f"{value:x}\n" for value in values))
        beats[name] = len(values)
    (vectors / "vectors.json").write_text(json.dumps(beats))
    result = cosim(rtl, vectors, tmp_path / "work", max_idle_cycles=3000, quick=True)
    assert result.passed, str(result.first_mismatch)

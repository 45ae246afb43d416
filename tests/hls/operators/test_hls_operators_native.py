"""Operators of every kind: native C++ equals the RTL, with stalls, at clocks that cut them into many cycles or few."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

import pytest

from hlsgen.hls.compile import compile_project
from hlsgen.hls.report import HlsReport
from hlsgen.sim.cosim import cosim
from hlsgen.sim.lint import lint

sys.path.insert(0, str(Path(__file__).parents[1] / "compile"))
from native import run_native

KERNELS = Path(__file__).parent / "kernels"
WORDS = dict.fromkeys(("int_in", "odd_in", "constants_in", "products_in", "accumulate_in", "shared_in"), 6)
WORDS["long_in"] = 12
TURNS = {"same_in": 6, "halves_in": 6, "mixed_in": 6, "longs_in": 6, "once_in": 3}


def word(source: random.Random) -> int:
    """64 bits of any size, and of their halves."""
    high, low = (source.getrandbits(32) >> source.randint(0, 31) for _ in range(2))
    flips = source.choice([0, 0, (1 << 64) - 1, (1 << 32) - 1])
    return (high << 32 | low) ^ flips


@pytest.mark.parametrize(("clock_ns", "family"), [(3.0, "xcup"), (5.0, "xc7"), (20.0, "xc7")])
def test_operators_equal_native(clock_ns, family, tmp_path):
    report = equal_native(KERNELS / "operators.cpp", WORDS, clock_ns, family, tmp_path)
    assert report.slow_operations == ()
    assert "product0_a" in (tmp_path / "rtl" / "top_shared.v").read_text()


@pytest.mark.parametrize(
    ("clock_ns", "family"), [(3.3, "xcup"), (4.0, "xc7"), (5.0, "xc7"), (10.0, "xc7"), (20.0, "xc7"), (14.0, "ecp5")]
)
def test_products_in_turn_equal_native(clock_ns, family, tmp_path):
    """Of several DSP blocks with registers behind them, or of one cycle."""
    report = equal_native(KERNELS / "turns.cpp", TURNS, clock_ns, family, tmp_path)
    assert report.slow_operations == ()
    for name in ("same", "halves"):
        verilog = (tmp_path / "rtl" / f"top_{name}.v").read_text()
        assert "product0_a" in verilog and "product1_a" not in verilog
        assert ("product0_t0_r" in verilog) == (clock_ns < 20)


def equal_native(kernel: Path, words: dict[str, int], clock_ns: float, family: str, tmp_path: Path) -> HlsReport:
    rtl = tmp_path / "rtl"
    rtl.mkdir()
    report = compile_project([kernel], "top", rtl, clock_ns=clock_ns, family=family)
    assert lint("top", sorted(rtl.glob("*.v"))) == []
    streams = json.loads((rtl / "signature.json").read_text())["streams"]
    source = random.Random(11)
    calls = [{name: [word(source) for _ in range(count)] for name, count in words.items()} for _ in range(5)]
    results = run_native(kernel, [stream["name"] for stream in streams], calls, tmp_path / "native")
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
    return report

"""Small kernels, compiled once: native C++ equals the RTL, call after call, with stalls; and what the report says."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from native import Call, run_native

from hlsgen.hls.compile import compile_project
from hlsgen.sim.cosim import cosim
from hlsgen.sim.lint import lint
from hlsgen.synth.yosys import run_yosys

KERNELS = Path(__file__).parent / "kernels"
CALLS = 4
_random = random.Random(7)


@dataclass(frozen=True)
class Built:
    folder: Path
    report: dict
    signature: dict
    printed: str

    def loop(self, label: str) -> dict:
        (found,) = [loop for loop in self.report["loops"] if loop["label"] == label]
        return found


def built(name: str, folder: Path) -> Built:
    rtl = folder / "rtl"
    rtl.mkdir()
    report = compile_project([KERNELS / name], "top", rtl, clock_ns=5.0, family="xcup")
    files = [json.loads((rtl / file).read_text()) for file in ("hls_report.json", "signature.json")]
    return Built(folder, files[0], files[1], str(report))


@pytest.fixture(scope="module")
def loops(tmp_path_factory) -> Built:
    return built("loops.cpp", tmp_path_factory.mktemp("loops"))


@pytest.fixture(scope="module")
def words(tmp_path_factory) -> Built:
    return built("words.cpp", tmp_path_factory.mktemp("words"))


@pytest.fixture(scope="module")
def nests(tmp_path_factory) -> Built:
    return built("nests.cpp", tmp_path_factory.mktemp("nests"))


def equals_native(built: Built, source: str, calls: list[Call]) -> None:
    streams = built.signature["streams"]
    results = run_native(KERNELS / source, [stream["name"] for stream in streams], calls, built.folder / "native")
    vectors = built.folder / "vectors"
    vectors.mkdir()
    beats = {"samples": len(calls)}
    for stream in streams:
        name = stream["name"]
        values = [word for call in (calls if stream["direction"] == "in" else results) for word in call[name]]
        (vectors / f"{name}.hex").write_text("".join(f"{value:x}\n" for value in values))
        beats[name] = len(values)
    (vectors / "vectors.json").write_text(json.dumps(beats))
    result = cosim(built.folder / "rtl", vectors, built.folder / "cosim", max_idle_cycles=3000, quick=True)
    assert result.passed, str(result.first_mismatch)


def some(count: int, bits: int = 16) -> list[int]:
    return [_random.getrandbits(bits) for _ in range(count)]


def ragged_call() -> list[int]:
    lengths = _random.sample([0, 1, 3, 6], 4)
    return [word for length in lengths for word in (length, *some(length))]


def test_loops_equal_native(loops):
    calls = [
        {
            "fir_in": some(20),
            "stencil_in": some(30),
            "histogram_in": [_random.choice([1, 1, 1, 5, 15]) for _ in range(40)],
            "turns_in": [_random.choice([1, 1, 1, 5, 15]) for _ in range(40)],
            "polynomial_in": some(12),
            "ragged_in": ragged_call(),
        }
        for _ in range(CALLS)
    ]
    equals_native(loops, "loops.cpp", calls)


def test_words_equal_native(words):
    calls = [
        {
            "sum_in": some(8),
            "tables_in": some(18),
            "wide_in": some(4, 304),
            "rounded_in": some(16),
            "pairs_in": some(4, 17),
            "packets_in": [word | (beat == 4) << 16 for beat, word in enumerate(some(5))],
        }
        for _ in range(CALLS)
    ]
    equals_native(words, "words.cpp", calls)


def test_nests_equal_native(nests):
    """Calls in which each way out of the loops is taken, at once, late and never."""
    endings = [[7], [2, 4, 8], [5, 8, 7], [8] * 3, [1, 3, 7], [2, 6], []]
    hits = [[50001], [3, 0], [4, 65535], [0], [50000, 50001], [9, 9, 9, 0], []]
    calls = [
        {
            "search_in": (ending + [2 * k + 1 for k in range(20, 40)])[:16],
            "returns_in": (hit + [1 + k for k in range(20)])[:8],
            "perfect_in": some(90),
            "triangle_in": some(21),
            "ragged_in": ragged_call(),
            "apart_in": some(12),
            "again_in": some(6),
            "single_in": some(1),
            "merged_in": some(8),
            "more_in": some(8),
        }
        for ending, hit in zip(endings, hits, strict=True)
    ]
    equals_native(nests, "nests.cpp", calls)


# ---- the reports


def test_what_became_of_nests(nests):
    found = {loop["label"]: (loop["ii_reached"], loop["trip_count"]) for loop in nests.report["loops"]}
    assert found.pop("left") == (1, None)  # named by LLVM: a loop without a label
    assert found == {
        "scan": (1, None), "look": (1, None), "rows_columns": (1, 30), "planes_lines_points": (1, 60),
        "down_right": (1, None), "lists_items": (2, None), "alone": (1, 4),
        "turns": (1, 6), "calls": (1, 1), "one_other": (4, 8),
    }  # fmt: skip
    assert all(pragma["honoured"] for pragma in nests.report["pragmas"])
    calls = {f["name"]: f["interval_cycles"] for f in nests.report["functions"]}
    assert (calls["again"], calls["single"]) == (6, 1)


def test_intervals_and_what_bound_them(loops):
    (late,) = [loop for loop in loops.report["loops"] if loop["ii_reached"] > 1]
    assert late["label"] == "horner"
    assert re.match(r"recurrence: total\.sroa\.0\.01 \(\S*loops\.cpp:104[^()]*\) -> mul\.i \(", late["bound_by"])
    assert re.search(r" cycles over distance 1; a clock of [\d.]+ ns gives II=1$", late["bound_by"])
    assert (loops.loop("count")["ii_asked"], loops.loop("count")["ii_reached"]) == (1, 1)  # what is stored is forwarded
    assert loops.loop("count_in_turn")["ii_reached"] == 1  # the pragma is obeyed
    assert loops.loop("rows")["ii_reached"] == loops.loop("samples")["ii_reached"] == 1
    assert (loops.loop("rows")["trip_count"], loops.loop("columns")["trip_count"]) == (30, None)


def test_two_reads_of_a_stream_take_two_cycles(words):
    (text,) = {
        loop["bound_by"] for loop in words.report["loops"] if loop["function"] == "tables" and loop["line"] == 51
    }
    assert text.startswith("resource: 2 accesses of stream `in` (")
    assert text.endswith("kernels/words.cpp:53: tables), 1 a cycle; II=2 or a wider stream")


def test_cycles_of_a_call(loops, words):
    found = {f["name"]: tuple(f.values())[2:] for f in loops.report["functions"]}
    assert found["fir"] == (24, 24, 25)  # a cycle before, 19 intervals, a depth of 3, a cycle after
    assert found["ragged"][1:] == (None, None)
    assert [tuple(f.values()) for f in words.report["functions"][:3]] == [
        ("gather", 2, 8, 8, 8), ("scale", 1, 8, 8, 8), ("scale", 1, 8, 8, 8),
    ]  # fmt: skip


def test_memories(loops, words):
    found = [tuple(memory.values()) for memory in (*loops.report["memories"], *words.report["memories"])]
    assert found == [
        ("stencil", "lines_b0", 16, 6, "lutram", False, 1),
        ("stencil", "lines_b1", 16, 6, "lutram", False, 1),
        ("histogram", "bins", 8, 16, "lutram", False, 1),
        ("two_histograms", "bins", 8, 32, "lutram", False, 1),
        ("tables", "x_b0", 16, 3, "lutram", False, 1),
        ("tables", "x_b1", 16, 3, "lutram", False, 1),
        # the columns of the matrix in the bits that each one needs
        *(
            ("tables", f"matrix_b{column}", bits, 4, "lutram", True, 1)
            for column, bits in enumerate([5, 6, 3, 4, 3, 4])
        ),
        ("tables", "curve", 26, 4, "lutram", True, 1),  # four lanes; the last is narrower than seven bits
    ]


def test_multipliers_count_instances(loops):
    assert loops.report["multipliers"] == loops.signature["multipliers"] == 2  # limbs of the polynomial's product
    assert loops.report["slow_operations"] == []


def test_what_became_of_pragmas(loops):
    reasons = {pragma["line"]: (pragma["honoured"], pragma["reason"]) for pragma in loops.report["pragmas"]}
    assert reasons[12] == (True, "the variable became plain registers and wires")
    assert reasons[20] == (True, "")
    late = loops.loop("horner")
    assert [reason for _, reason in reasons.values() if reason.startswith("II=")] == [
        f"II={late['ii_reached']}: {late['bound_by']}"
    ]


def test_signature(words):
    signature = words.signature
    plain = ("version", "top", "clock", "reset", "reset_active_low", "clock_ns", "control")
    assert [signature[key] for key in plain] == [2, "top", "ap_clk", "ap_rst_n", True, 5.0, "ap_ctrl_hs"]
    assert signature["files"][0] == "top.v" and signature["files"][-1] == "hlsgen_fifo.v"
    assert all((words.folder / "rtl" / file).is_file() for file in signature["files"])
    assert signature["processes"][:4] == [
        {"name": "gather", "instance": "gather_u", "module": "top_gather"},
        {"name": "scale", "instance": "scale_u", "module": "top_scale"},
        {"name": "gather_2", "instance": "gather_2_u", "module": "top_gather"},
        {"name": "scale_2", "instance": "scale_2_u", "module": "top_scale_v2"},
    ]
    assert signature["fifos"][1:4:2] == [
        {
            "name": "second",
            "instance": "second_fifo",
            "depth": 5,
            "width": 16,
            "producer": "scale",
            "consumer": "gather_2",
            "key": f"{signature['function']}.second",
            "variable": "second",
        },
        {"name": "sum_in", "instance": "sum_in_fifo", "depth": 2, "width": 16, "producer": "", "consumer": "gather"},
    ]
    streams = {stream["name"]: stream for stream in signature["streams"]}
    assert streams["pairs_out"] == {
        "name": "pairs_out", "direction": "out", "mode": "axis", "data_bits": 24,
        "fields": [{"name": "data", "width": 17, "lsb": 0}],
        "ports": {"data": "pairs_out_TDATA", "valid": "pairs_out_TVALID", "ready": "pairs_out_TREADY"},
    }  # fmt: skip
    assert streams["packets_in"]["direction"] == "in" and streams["packets_in"]["data_bits"] == 16
    assert sorted(streams["packets_in"]["ports"]) == ["data", "keep", "last", "ready", "strb", "valid"]
    assert signature["loops"] == words.report["loops"] and signature["memories"] == words.report["memories"]


def test_pointers_equal_native(tmp_path):
    calls = [{"in": some(16) + some(5) + some(36)} for _ in range(CALLS)]
    equals_native(built("pointers.cpp", tmp_path), "pointers.cpp", calls)


@pytest.mark.parametrize("name", ["loops", "words"])
def test_lint(name, request):
    found = request.getfixturevalue(name)
    assert lint("top", [found.folder / "rtl" / file for file in found.signature["files"]]) == []


@pytest.mark.parametrize("name", ["loops", "words"])
def test_yosys_reads_it(name, request, tmp_path):
    """No latch, no second driver, no loop without a register, no undriven net."""
    found = request.getfixturevalue(name)
    files = [f'read_verilog "{found.folder / "rtl" / file}"' for file in found.signature["files"]]
    run_yosys([("read", files), ("check", ["hierarchy -check -top top", "proc", "check -assert"])], tmp_path / "log")


def test_the_printed_report(loops):
    lines = loops.printed.splitlines()
    assert lines[0] == "top: 5.0 ns, xcup, 2 multipliers"
    assert "  fir:19 samples: II 1 of 1, depth 3, trip count 20" in lines
    assert "  ragged:118 columns: II 1 of 1, depth 1, trip count ?" in lines
    assert not any(line.startswith("  too slow for the clock") for line in lines)

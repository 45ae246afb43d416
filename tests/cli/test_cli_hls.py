"""`hlsgen hls` on C++ sources: what it prints, what it leaves, how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hlsgen.cli.main import main
from hlsgen.core.errors import UserError
from hlsgen.flow.kernel import family_of

KERNEL = """
#include "hls_stream.h"
#include "scale.h"
void sums(hls::stream<int>& in, hls::stream<int>& out) {
    int sum = 0;
accumulate:
    for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE II=1
#pragma HLS OCCURRENCE cycle=2
        sum += SCALE * in.read();
        out.write(sum + OFFSET);
    }
}
"""
BENCH = """
#include "hls_stream.h"
#include <cstdio>
void sums(hls::stream<int>& in, hls::stream<int>& out);
int main() {
    hls::stream<int> in("in"), out("out");
    int wrong = 0;
    for (int call = 0; call < 5; ++call) {
        int sum = 0;
        for (int i = 0; i < 8; ++i) in.write(call * i);
        sums(in, out);
        for (int i = 0; i < 8; ++i) sum += 3 * call * i, wrong += out.read() != sum + 1;
    }
    std::printf("%d wrong\\n", wrong);
    return wrong;
}
"""


@pytest.fixture
def kernel(tmp_path, monkeypatch) -> list[str]:
    """The arguments that compile the kernel, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "scale.h").write_text("#define SCALE 3\n")
    (tmp_path / "sums.cpp").write_text(KERNEL)
    (tmp_path / "tb.cpp").write_text(BENCH)
    return ["hls", "sums.cpp", "--top", "sums", "--include", "include", "--define", "OFFSET=1"]


def test_the_report_of_a_compiled_kernel(kernel, capsys):
    assert main([*kernel, "--part", "xc7z020clg400-1", "--clock", "10", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["top"], report["clock_ns"], report["part"], report["family"]) == (
        "sums",
        10,
        "xc7z020clg400-1",
        "xc7",
    )
    (loop,) = report["loops"]
    assert set(loop) >= set("function line label ii_asked ii_reached bound_by depth trip_count".split())
    assert (loop["label"], loop["ii_asked"], loop["ii_reached"], loop["trip_count"]) == ("accumulate", 1, 1, 8)
    assert set(report["functions"][0]) >= {"name", "latency_min", "latency_max", "instances"}
    pragmas = {pragma["text"]: pragma for pragma in report["pragmas"]}
    assert pragmas["HLS PIPELINE II=1"]["honoured"] is True
    refused = pragmas["HLS OCCURRENCE cycle=2"]
    assert refused["honoured"] is False and refused["reason"] and refused["line"] == 9
    assert report["memories"] == [] and report["multipliers"] == 0
    assert report["seconds"]["hls"] > 0 and "equal" not in report
    out = Path(report["out"])
    assert out == Path.cwd() / "build" / "sums"
    assert {path.name for path in out.iterdir()} >= {"rtl", "report.json", "hls.txt"}
    assert (out / "rtl" / "sums.v").is_file() and json.loads((out / "report.json").read_text()) == report


def test_cosimulation_with_a_bench(kernel, capsys):
    assert main([*kernel, "--cosim", "tb.cpp", "--out", "made", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["equal"], report["passed"], report["calls"]) == (True, True, 5)
    assert report["cycles_per_call"] >= 8
    assert Path("made/csim.log").read_text() == "0 wrong\n"
    assert {path.name for path in Path("made/cosim").glob("*.log")} >= {"one_by_one.log", "back_to_back.log"}
    assert main([*kernel, "--cosim", "tb.cpp", "--out", "made", "--seed", "5"]) == 0
    text = capsys.readouterr().out
    assert "C/RTL cosimulation: every output equal, 5 calls" in text
    assert "HLS OCCURRENCE cycle=2: not honoured" in text
    assert [path.name for path in Path("made").glob(".*.new")] == []


def test_a_bench_that_finds_a_fault(kernel, capsys):
    Path("tb.cpp").write_text(BENCH.replace("sum + 1;", "sum;"))
    assert main([*kernel, "--cosim", "tb.cpp"]) == 1
    assert "hlsgen: C simulation failed: the test bench ended with exit status 40: 40 wrong" in capsys.readouterr().err
    assert main([*kernel, "--csim", "tb.cpp", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["passed"] is False


def test_c_simulation_alone_comes_first(kernel, capsys):
    assert main([*kernel, "--csim", "tb.cpp"]) == 0
    assert "C simulation: passed" in capsys.readouterr().out
    assert Path("build/sums/csim.log").read_text() == "0 wrong\n"


FORK = """
#include "hls_stream.h"
typedef hls::stream<int> S;
void split(S& in, S& a, S& b) {
    for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE II=1
        int x = in.read();
        a.write(x);
        b.write(x);
    }
}
void turn(S& a, S& c) {
    int sum = 0;
    for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE II=1
        sum += a.read();
        if (i == 7) c.write(sum);
    }
}
void join(S& c, S& b, S& out) {
    int sum = 0;
    for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE II=1
        if (i == 0) sum = c.read();
        out.write(sum - b.read());
    }
}
void fork(S& in, S& out) {
#pragma HLS DATAFLOW
    S a, b, c;
    split(in, a, b);
    turn(a, c);
    join(c, b, out);
}
void move(S& in, S& out) {
#pragma HLS PIPELINE off
    for (int i = 0; i < 8; ++i) out.write(in.read());
}
void both(S& in, S& out) {
#pragma HLS DATAFLOW
    S b;
    fork(in, b);
    move(b, out);
}
void spread(S& in, S& out, int times) {
    for (int i = 0; i < times; ++i) both(in, out);
}
"""
FORK_BENCH = """
#include "hls_stream.h"
void spread(hls::stream<int>& in, hls::stream<int>& out, int times);
int main() {
    hls::stream<int> in, out;
    for (int i = 0; i < 24; ++i) in.write(i);
    for (int call = 1; call < 3; ++call) spread(in, out, call);
    for (int i = 0; i < 24; ++i) out.read();
}
"""


def test_depths_are_found_and_used(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("spread.cpp").write_text(FORK)
    Path("tb.cpp").write_text(FORK_BENCH)
    command = ["hls", "spread.cpp", "--top", "spread", "--cosim", "tb.cpp", "--max-idle", "2000", "--out", "made"]
    assert main(command) == 1
    told = capsys.readouterr()
    assert "C/RTL cosimulation: FAILED" in told.out
    assert "FIFO 'both.fork.b' is full" in told.err
    assert "give the stream 'both.fork.b' more depth (#pragma HLS STREAM variable=b depth=...)" in told.err
    assert main([*command, "--fix-depths", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    depth = report["depths"]["needed"]["both.fork.b"]
    assert 4 <= depth <= 8 and report["equal"] is True
    assert report["depth_pragmas"] == [f"#pragma HLS STREAM variable=b depth={depth}  // in both.fork"]
    assert main([*command, "--fix-depths"]) == 0
    assert f"#pragma HLS STREAM variable=b depth={depth}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sums.cpp"], "sums.cpp: which function is the design?; name it with --top"),
        (["sums.cpp", "--top", "sum s"], "top function name 'sum s' is not an identifier"),
        (["missing.cpp", "--top", "sums"], "missing.cpp: there is no such source file"),
        (["sums.cpp", "include", "--top", "sums"], "include is not a C++ source"),
        (["sums.cpp", "--top", "sums", "--format", "Int4"], "--format is for designs, not for C++ sources"),
        (["sums.cpp", "--top", "sums", "--fix-depths"], "--fix-depths needs a test bench"),
        (["sums.cpp", "--top", "sums", "--part", "ice40"], "no family is known for part 'ice40'"),
        (["sums.cpp", "--top", "sums", "--board", "abacus"], "no board is called 'abacus'"),
        (
            ["sums.cpp", "--top", "sums", "--clock", "0.1", "--include", "include", "--define", "OFFSET=1"],
            "a clock period of 0.1 ns",
        ),
        (["include", "--top", "sums"], "--top is for C++ sources, and include is none"),
    ],
)
def test_one_line_and_exit_code_2(kernel, capsys, arguments, message):
    assert main(["hls", *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error and error.startswith("hlsgen: error: ") and error.count("\n") == 1


def test_a_source_that_is_refused_leaves_what_was_there(kernel, capsys):
    assert main(kernel) == 0
    before = {path: path.read_text() for path in Path("build/sums/rtl").glob("*.v")}
    Path("sums.cpp").write_text(KERNEL.replace("int sum = 0;", "int sum = 0"))
    capsys.readouterr()
    assert main(kernel) == 2
    assert "sums.cpp:5: expected ';'" in capsys.readouterr().err
    assert {path: path.read_text() for path in Path("build/sums/rtl").glob("*.v")} == before


@pytest.mark.parametrize(
    ("part", "family"),
    [
        ("xc7z020clg400-1", "xc7"),
        ("XC7A35T", "xc7"),
        ("xck26-sfvc784-2LV-c", "xcup"),
        ("xczu9eg", "xcup"),
        ("xcu250", "xcup"),
        ("xcvc1902-vsva2197-2MP-e-S", "xcup"),
        ("LFE5U-85F-6BG381C", "ecp5"),
    ],
)
def test_family_of_a_part(part, family):
    assert family_of(part) == family


def test_an_unknown_part():
    with pytest.raises(UserError, match="no family is known"):
        family_of("10CX220")

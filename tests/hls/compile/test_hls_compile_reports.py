"""What the report says of functions below the top: cycles with the calls in them, and how many modules there are."""

from __future__ import annotations

import pytest

from hlsgen.hls.compile import compile_sources

KERNEL = """
static int sum(const int a[16], int k) {
#pragma HLS INLINE off
    int total = 0;
    for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=1
        total += a[i] * k;
    }
    return total;
}
static int two(const int a[16], int k) {
#pragma HLS INLINE off
    return sum(a, k) + sum(a, k + 1);
}
int top(const int a[16], int k) { return two(a, k) ^ sum(a, 3); }
"""


def test_calls_count(tmp_path):
    (tmp_path / "kernel.cpp").write_text(KERNEL)
    compiled = compile_sources([tmp_path / "kernel.cpp"], "top", clock_ns=5, family="xcup", workdir=tmp_path / "work")
    found = {each.name: each for each in compiled.report.functions}
    assert {name: each.instances for name, each in found.items()} == {"top": 1, "two": 1, "sum": 2}
    # as the RTL takes, with the hand-over of three calls of `sum` and one of `two`
    assert (found["sum"].latency_min, found["two"].latency_min, found["top"].latency_min) == (22, 53, 84)
    assert all(each.latency_max == each.latency_min for each in found.values())
    assert all(each.interval_cycles == each.latency_max + 1 for each in found.values())


REGION = """#include "hls_stream.h"
#define INT hls::stream<int>&
static void square(INT x, INT y) { for (int i = 0; i < 8; ++i) { int v = x.read(); y.write(v * v); } }
static void sum(INT x, INT y) {
rows:
    for (int i = 0; i < 2; ++i) {
        int total = 0;
    columns:
        for (int j = 0; j < 4; ++j) {
#pragma HLS PIPELINE
            total += x.read();
        }
        y.write(total);
    }
}
void top(INT in, INT out) {
#pragma HLS DATAFLOW
    static hls::stream<int> squares("squares");
#pragma HLS STREAM variable=squares depth=3
    square(in, squares);
    sum(squares, out);
}
"""


def test_regions_channels_and_loops_that_are_not_pipelined(tmp_path):
    (tmp_path / "kernel.cpp").write_text(REGION)
    compiled = compile_sources([tmp_path / "kernel.cpp"], "top", clock_ns=5, family="xcup", workdir=tmp_path / "work")
    report = compiled.report
    found = {each.name: each for each in report.functions}
    slowest = max(found["square"].latency_min, found["sum"].latency_min)
    assert (found["top"].latency_min, found["top"].latency_max) == (slowest, None)
    assert found["top"].interval_cycles == max(found["square"].interval_cycles, found["sum"].interval_cycles)
    (columns,) = report.loops
    assert (columns.label, columns.depth, columns.latency_min, columns.latency_max) == ("columns", 1, 4, 4)
    plain = {each.label: each for each in report.plain_loops}
    assert plain["rows"].latency_max == 2 * plain["rows"].iteration_max
    assert plain[""].iteration_min * 8 == plain[""].latency_min and plain[""].line == 3
    (channel,) = report.channels
    assert (channel.kind, channel.name, channel.depth_words) == ("fifo", "squares", 3)
    assert (channel.producer, channel.consumer) == ("square", "sum")
    assert 0 < report.estimated_ns <= report.clock_ns - report.uncertainty_ns


LOOKUPS = """#include "hls_stream.h"
static const short sine[1024] = {1, 2, 3, 5, 8};
void top(hls::stream<unsigned>& in, hls::stream<int>& out) {
    for (int i = 0; i < 16; ++i) {
@
        unsigned x = in.read();
        int total = 0;
        for (int k = 0; k < 5; ++k) {
#pragma HLS UNROLL
            total += sine[(x >> 3 * k) % 1024];
        }
        out.write(total);
    }
}
"""


@pytest.mark.parametrize(
    ("pragma", "interval", "copies"),
    [("#pragma HLS PIPELINE", 1, 3), ("#pragma HLS PIPELINE II=2", 2, 2), ("", 3, 1)],
)
def test_tables_are_copied_as_often_as_the_interval_asks(tmp_path, pragma, interval, copies):
    """Block RAM has two ports. What the compiler pipelines by itself costs no memory."""
    (tmp_path / "kernel.cpp").write_text(LOOKUPS.replace("@", pragma))
    compiled = compile_sources(
        [tmp_path / "kernel.cpp"], "top", clock_ns=5, family="xcup", automatic=True, workdir=tmp_path / "work"
    )
    (loop,) = compiled.report.loops
    (table,) = (each for each in compiled.report.memories if each.rom)
    assert (loop.ii_reached, table.kind, table.copies) == (interval, "bram", copies)
    assert "".join(compiled.verilog.values()).count('rom_style = "block"') == copies

"""What the report says of functions below the top: cycles with the calls in them, and how many modules there are."""

from __future__ import annotations

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

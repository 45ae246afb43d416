"""Loops that know nothing of each other are tried together: compile time stays linear in their number."""

from __future__ import annotations

from hlsgen.hls import forwarding
from hlsgen.hls.compile import compile_sources

TEXT = """\
#include "hls_stream.h"
void top(hls::stream<int>& in, hls::stream<int>& out) {
    int bins[8][4] = {};
    for (int k = 0; k < LOOPS; ++k) {
#pragma HLS UNROLL
        for (int r = 0; r < 3; ++r) {
            for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=1
                int word = in.read();
                bins[k][word & 3] += word;
            }
            if (r & 1) out.write(bins[k][r]);
        }
    }
}
"""


def schedules(folder, monkeypatch, loops: int) -> int:
    count = []
    real = forwarding.schedule_function
    monkeypatch.setattr(forwarding, "schedule_function", lambda *a, **k: count.append(1) or real(*a, **k))
    source = folder / "kernel.cpp"
    source.write_text(TEXT.replace("LOOPS", str(loops)), encoding="utf-8")
    compiled = compile_sources([source], "top", clock_ns=5.0, family="xcup", advise=False, workdir=folder / str(loops))
    assert len([loop for loop in compiled.report.loops if loop.ii_asked == 1]) == loops
    monkeypatch.undo()
    return len(count)


def test_eight_loops_take_as_many_schedules_as_two(tmp_path, monkeypatch):
    few = schedules(tmp_path, monkeypatch, 2)
    assert few > 1
    assert schedules(tmp_path, monkeypatch, 8) == few

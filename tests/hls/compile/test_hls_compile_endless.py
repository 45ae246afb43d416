"""A process that is one endless loop: its stream has no end, and neither has the pipeline."""

from __future__ import annotations

import json
import random

from hlsgen.hls.compile import compile_project
from hlsgen.sim.cosim import cosim

SOURCE = """
#include "ap_int.h"
#include "hls_stream.h"
void top(hls::stream<ap_uint<16>>& in, hls::stream<ap_uint<16>>& out) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS INTERFACE ap_ctrl_none port=return
    ap_uint<16> sum = 0;
    while (true) {
#pragma HLS PIPELINE II=1
        const ap_uint<16> x = in.read();
        if (x == 3) {
            sum = 0;
            continue;
        }
        sum += x;
        out.write(sum);
    }
}
"""
PACKETS, WORDS = 8, 9


def test_an_endless_loop(tmp_path):
    """Sums of packets; a 3 between other words begins again."""
    (tmp_path / "kernel.cpp").write_text(SOURCE)
    for name in ("rtl", "vectors"):
        (tmp_path / name).mkdir()
    report = compile_project([tmp_path / "kernel.cpp"], "top", tmp_path / "rtl", clock_ns=5.0, family="xcup")
    (loop,) = report.loops
    assert (loop.ii_reached, loop.trip_count) == (1, None)
    source = random.Random(5)
    words, sums, total = [], [], 0
    for _ in range(PACKETS):
        packet = [source.randrange(100, 1 << 16) for _ in range(WORDS)] + [3]
        source.shuffle(packet)
        words += packet
    for word in words:
        total = 0 if word == 3 else (total + word) % (1 << 16)
        sums += [total] if word != 3 else []
    for name, values in (("in", words), ("out", sums)):
        (tmp_path / "vectors" / f"{name}.hex").write_text("".join(f"{value:x}\n" for value in values))
    beats = {"samples": PACKETS, "in": len(words), "out": len(sums)}
    (tmp_path / "vectors" / "vectors.json").write_text(json.dumps(beats))
    result = cosim(tmp_path / "rtl", tmp_path / "vectors", tmp_path / "work", max_idle_cycles=3000, quick=True)
    assert result.passed, str(result.first_mismatch)

"""The intervals that loops of other people's code reach: written with what the ports and recurrences need in mind."""

from __future__ import annotations

import pytest

from hlsgen.hls.compile import compile_sources

# name: (body of the top function, interval asked and reached, trip count)
LOOPS = {
    # Stores that a later one of the same iteration overwrites do not happen.
    "products": (
        """void top(const int a[64], const int b[16], int p[64]) {
#pragma HLS ARRAY_PARTITION variable=b complete
            for (int i = 0; i < 16; i++) {
#pragma HLS PIPELINE II=4
                for (int k = 0; k < 4; k++)
                    for (int j = 0; j < 4; j++) p[i * 4 + j] += a[i * 4 + k] * b[k * 4 + j];
            }
        }""",
        4,
        16,
    ),
    # LLVM loads a[i][k] once for all j: the nest becomes one loop all the same.
    "flat": (
        """void top(const int a[64], const int b[64], int c[64]) {
#pragma HLS ARRAY_PARTITION variable=a cyclic factor=4
#pragma HLS ARRAY_PARTITION variable=b block factor=4
            for (int i = 0; i < 8; i++)
                for (int j = 0; j < 8; j++) {
#pragma HLS PIPELINE II=1
                    int sum = 0;
                    for (int k = 0; k < 8; k++) sum += a[i * 8 + k] * b[k * 8 + j];
                    c[i * 8 + j] = sum;
                }
        }""",
        1,
        64,
    ),
    # The counter goes round in 32 bits and is added up in 8.
    "bytes": (
        """void top(const int a[4096], int o[64]) {
#pragma HLS ARRAY_PARTITION variable=a block factor=16
            for (unsigned char c = 0; c < 64; c++) {
#pragma HLS PIPELINE II=2
                int sum = 0;
                for (int p = 0; p < 64; p++) sum += a[p * 64 + c];
                o[c] = sum;
            }
        }""",
        2,
        64,
    ),
    # That it is one state says that it is none of the others.
    "states": (
        """void top(hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& out) {
            enum { S0, S1, S2, S3, S4, S5 } s = S0;
            ap_uint<8> len = 0;
            for (int i = 0; i < 100; i++) {
#pragma HLS PIPELINE II=1
                ap_uint<8> v = in.read();
                if (s == S0) {
                    len = v & 15;
                    s = v[7] ? S1 : len ? S2 : S3;
                } else if (s == S1) {
                    len += v;
                    if (v != 0xff) s = S2;
                } else if (s == S2) {
                    len--;
                    if (len == 0) s = S3;
                } else if (s == S3) {
                    s = S4;
                } else if (s == S4) {
                    s = len == 15 ? S5 : S0;
                } else if (s == S5) {
                    if (v != 0xff) s = S0;
                }
                out.write(len + s);
            }
        }""",
        1,
        100,
    ),
}


@pytest.mark.parametrize("name", LOOPS)
def test_reached(name, tmp_path):
    text, interval, trips = LOOPS[name]
    (tmp_path / "kernel.cpp").write_text(f'#include "ap_int.h"\n#include "hls_stream.h"\n{text}')
    compiled = compile_sources([tmp_path / "kernel.cpp"], "top", clock_ns=10, family="xc7", workdir=tmp_path / "work")
    (loop,) = compiled.report.loops
    assert (loop.ii_reached, loop.trip_count) == (interval, trips)


def test_what_older_code_takes_for_granted(tmp_path):
    """`register`, which C++17 no longer has, and integer types that a header of Vitis HLS happens to bring."""
    (tmp_path / "kernel.cpp").write_text(
        '#include "hls_stream.h"\nvoid top(uint16_t x[16]) { register uint8_t i = 16; while (i--) x[i] ^= 0x5a; }'
    )
    compiled = compile_sources([tmp_path / "kernel.cpp"], "top", clock_ns=10, family="xc7", workdir=tmp_path / "work")
    (loop,) = compiled.report.plain_loops
    assert loop.iteration_min > 0

// Tables that plain code fills, read by a region whose calls overlap. Clang writes the one with zeros as a struct.
#include "hls_stream.h"

static void scale(const short factors[16][3][1], hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS INLINE off
#pragma HLS ARRAY_PARTITION variable=factors complete dim=2
    for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=1 rewind
        const int x = in.read();
        out.write(x * factors[i][0][0] + (factors[i][1][0] ^ factors[i][2][0]));
    }
}

static void add(const int offsets[16], hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS INLINE off
    for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=2 rewind
        out.write(in.read() + offsets[i]);
    }
}

static void region(const short factors[16][3][1], const int offsets[16], hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS DATAFLOW
    hls::stream<int> scaled;
#pragma HLS STREAM variable=scaled depth=16
    scale(factors, in, scaled);
    add(offsets, scaled, out);
}

void top(bool load, unsigned samples, hls::stream<int>& words, hls::stream<int>& in, hls::stream<int>& out) {
    static short factors[16][3][1] = {{{1}, {2}, {3}}, {{4}}, {{0}, {5}, {6}}, {{7}, {8}}};
#pragma HLS ARRAY_PARTITION variable=factors complete dim=2
    static int offsets[16] = {9, 10, 11};
    if (load) {
        for (int i = 0; i < 16; ++i) {
            for (int j = 0; j < 3; ++j) {
#pragma HLS PIPELINE II=1
                factors[i][j][0] = words.read();
            }
        }
        for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=1
            offsets[i] = words.read();
        }
    }
samples:
    for (unsigned n = 0; n < samples; ++n) {
#pragma HLS PIPELINE off
        region(factors, offsets, in, out);
    }
}

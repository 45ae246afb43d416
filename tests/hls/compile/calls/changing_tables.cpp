// Tables that regions read, and that plain code writes or reads between their calls, or another process before them.
#include "hls_stream.h"

static void look(const int table[16], hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS INLINE off
    for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=1 rewind
        out.write(in.read() + table[i]);
    }
}

static void twice(hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS INLINE off
    for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=2 rewind
        out.write(in.read() * 2);
    }
}

static void region(const int table[16], hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS DATAFLOW
    hls::stream<int> looked;
#pragma HLS STREAM variable=looked depth=16
    look(table, in, looked);
    twice(looked, out);
}

static void fill(hls::stream<int>& in, int table[16]) {
#pragma HLS INLINE off
    for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=1 rewind
        table[15 - i] = in.read() ^ 5;
    }
}

static void outer(hls::stream<int>& words, hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS DATAFLOW
    int table[16];
    fill(words, table);
    region(table, in, out);
}

static void written_after(unsigned samples, hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS INLINE off
    static int table[16] = {1, 2, 3, 4};
    for (unsigned n = 0; n < samples; ++n) {
#pragma HLS PIPELINE off
        region(table, in, out);
        for (int i = 0; i < 16; ++i) table[i] += i + n;
    }
    for (int i = 0; i < 16; ++i) table[i] = 3 * i; // before the next call, as at every end
}

static void read_after(unsigned samples, hls::stream<int>& in, hls::stream<int>& out, hls::stream<int>& seen) {
#pragma HLS INLINE off
    int table[16];
    for (int i = 0; i < 16; ++i) table[i] = samples * i;
    for (unsigned n = 0; n < samples; ++n) {
#pragma HLS PIPELINE off
        region(table, in, out);
    }
    for (int i = 0; i < 16; ++i) seen.write(table[i]);
}

void top(unsigned samples, hls::stream<int>& in0, hls::stream<int>& out0, hls::stream<int>& in1, hls::stream<int>& out1,
         hls::stream<int>& seen, hls::stream<int>& words, hls::stream<int>& in2, hls::stream<int>& out2) {
    read_after(samples, in1, out1, seen);
    written_after(samples, in0, out0);
    for (unsigned n = 0; n < samples; ++n) {
#pragma HLS PIPELINE off
        outer(words, in2, out2);
    }
}

// Modules whose loops never end (rewind), and the function that calls them, use the same streams one after the other.
#include "hls_stream.h"

static void add(hls::stream<int>& in, hls::stream<int>& out, int by) {
#pragma HLS INLINE off
    for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE II=1 rewind
        out.write(in.read() + by);
    }
}

static void twice(hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS INLINE off
    for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE II=1 rewind
        out.write(in.read() * 2);
    }
}

void top(hls::stream<int>& in, hls::stream<int>& out) {
    twice(in, out);
    out.write(in.read());
    twice(in, out);
    add(in, out, 3);
}

// DATAFLOW in the body of a loop, and a region whose processes are loops: functions are made of both.
#include "ap_int.h"
#include "hls_stream.h"

static void fetch(const int in[64], hls::stream<int>& words, int first) {
    for (int i = 0; i < 16; ++i) words.write(in[first + i]);
}

static void work(hls::stream<int>& in, hls::stream<int>& out, int scale, bool backwards) {
#pragma HLS DATAFLOW
    int kept[16], last;
    hls::stream<ap_uint<4>> order;
load:
    for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=1
        int word = in.read() * scale;
        kept[i] = word;
        last = word;
    }
    for (int i = 15 - (scale & 0); i >= 0 && i < 16; i--) order.write(backwards ? i : 15 - i);
unload:
    for (int i = 0; i < 16; ++i) out.write(kept[order.read()] + last);
}

static void put(hls::stream<int>& words, int out[64], int first) {
    for (int i = 0; i < 16; ++i) out[first + i] = words.read();
}

void top(const int in[64], int out[64], int tiles) {
each_tile:
    for (int tile = 0; tile < tiles; ++tile) {
#pragma HLS DATAFLOW
#pragma HLS LOOP_TRIPCOUNT min=1 max=4
        hls::stream<int> raw("raw"), done("done");
#pragma HLS STREAM variable=raw depth=16
        int first = tile * 16;
        bool backwards = tile & 1;
        fetch(in, raw, first);
        first = first ^ 16;
        work(raw, done, tile - 2, backwards);
        put(done, out, first);
    }
}

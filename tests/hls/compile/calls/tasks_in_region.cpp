// Tasks between processes that run once in every call, behind memory that only those touch.
#include "hls_stream.h"
#include "hls_task.h"

static void work(hls::stream<int>& in, hls::stream<int>& out) { out.write(in.read() * 2 + 1); }

static void deal(hls::stream<int>& in, hls::stream<int> out[4]) {
    static unsigned char to = 0;
    const int value = in.read();
    for (int i = 0; i < 4; ++i) {
#pragma HLS UNROLL
        if (i == to) out[i].write(value);
    }
    to = (to + 1) & 3;
}

static void gather(hls::stream<int> in[4], hls::stream<int>& out) {
    static unsigned char from = 0;
    int value = 0;
    for (int i = 0; i < 4; ++i) {
#pragma HLS UNROLL
        if (i == from) value = in[i].read();
    }
    out.write(value);
    from = (from + 1) & 3;
}

static void differ(hls::stream<int>& in, hls::stream<int>& out, int offset) {  // two words make one
    const int first = in.read();
    out.write(first - in.read() + offset);
}

static void load(const int* in, int count, hls::stream<int>& out) {
    for (int i = 0; i < count; ++i) out.write(in[i]);
}

static void store(hls::stream<int>& in, int* out, int count) {
    for (int i = 0; i < count / 2; ++i) out[i] = in.read();
}

void top(const int* in, int* out, int count, int offset) {
#pragma HLS INTERFACE m_axi port=in depth=48 bundle=a
#pragma HLS INTERFACE m_axi port=out depth=24 bundle=b
#pragma HLS INTERFACE s_axilite port=count
#pragma HLS INTERFACE s_axilite port=offset
#pragma HLS INTERFACE s_axilite port=return
#pragma HLS DATAFLOW
    hls_thread_local hls::stream<int> loaded, gathered, pairs;
    hls_thread_local hls::stream<int> to[4], from[4];
    load(in, count, loaded);
    hls_thread_local hls::task deals(deal, loaded, to);
    hls_thread_local hls::task works[4];
    for (int i = 0; i < 4; ++i) {
#pragma HLS UNROLL
        works[i](work, to[i], from[i]);
    }
    hls_thread_local hls::task gathers(gather, from, gathered);
    hls_thread_local hls::task differs(differ, gathered, pairs, offset);
    store(pairs, out, count);
}

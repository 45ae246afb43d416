// Tasks between processes that run once in every call, behind memory that only those touch.
#include "hls_np_channel.h"
#include "hls_stream.h"
#include "hls_task.h"

static void work(hls::stream<int>& in, hls::stream<int>& out) { out.write(in.read() * 2 + 1); }

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

static void store(hls::stream<int>& in, int* out, hls::stream<int>& copy, int count) {
    for (int i = 0; i < count / 2; ++i) {
        const int value = in.read();
        out[i] = value;
        copy.write(value);
    }
}

static void add(hls::stream<int>& in, int* sum, int count) {  // in whatever order they come
    int found = 0;
    for (int i = 0; i < count / 2; ++i) found += in.read();
    *sum = found;
}

void top(const int* in, int* out, int count, int offset, int* sum) {
#pragma HLS INTERFACE m_axi port=in depth=48 bundle=a
#pragma HLS INTERFACE m_axi port=out depth=24 bundle=b
#pragma HLS INTERFACE s_axilite port=count
#pragma HLS INTERFACE s_axilite port=offset
#pragma HLS INTERFACE s_axilite port=sum
#pragma HLS INTERFACE s_axilite port=return
#pragma HLS DATAFLOW
    hls_thread_local hls::stream<int> gathered, pairs;
    hls_thread_local hls::stream<int> from[4];
    hls_thread_local hls::split::round_robin<int, 4> to;
    hls_thread_local hls::split::load_balance<int, 2> halves("halves");
    hls_thread_local hls::merge::load_balance<int, 2, 8> together;
    hls_thread_local hls::merge::round_robin<int, 1> all;
    load(in, count, to.in);
    hls_thread_local hls::task works[4];
    for (int i = 0; i < 4; ++i) {
#pragma HLS UNROLL
        works[i](work, to.out[i], from[i]);
    }
    hls_thread_local hls::task gathers(gather, from, gathered);
    hls_thread_local hls::task differs(differ, gathered, pairs, offset);
    store(pairs, out, halves.in, count);
    hls_thread_local hls::task one(work, halves.out[0], together.in[0]);
    hls_thread_local hls::task other(work, halves.out[1], together.in[1]);
    hls_thread_local hls::task last(work, together.out, all.in[0]);
    add(all.out, sum, count);
}

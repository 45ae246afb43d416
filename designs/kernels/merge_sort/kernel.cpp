// Merge sort as a chain of processes; each merges runs of RUN keys that come in turn on two streams.
#include "kernel.h"

static void deal(hls::stream<key>& in, hls::stream<key>& even, hls::stream<key>& odd) {
deal:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        const key next = in.read();
        if (i % 2)
            odd.write(next);
        else
            even.write(next);
    }
}

// The heads of two streams of sorted runs; `next` takes the smaller one while both have some left of their run.
template <int RUN> struct heads {
    hls::stream<key>&a, &b;
    key x, y;
    ap_uint<7> unread_a = N / 2 - 1, unread_b = N / 2 - 1;
    ap_uint<7> left_a = RUN, left_b = RUN;

    heads(hls::stream<key>& a, hls::stream<key>& b) : a(a), b(b), x(a.read()), y(b.read()) {}

    key next() {
        const bool take_a = left_b == 0 || (left_a != 0 && x <= y);
        const key smaller = take_a ? x : y;
        const bool end = left_a + left_b == 1;
        if (take_a) {
            --left_a;
            if (unread_a != 0) {
                x = a.read();
                --unread_a;
            }
        } else {
            --left_b;
            if (unread_b != 0) {
                y = b.read();
                --unread_b;
            }
        }
        if (end) left_a = left_b = RUN;
        return smaller;
    }
};

template <int RUN>
static void merge(hls::stream<key>& a, hls::stream<key>& b, hls::stream<key>& even, hls::stream<key>& odd) {
    heads<RUN> runs(a, b);
merge:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        const key next = runs.next();
        if (i / (2 * RUN) % 2)
            odd.write(next);
        else
            even.write(next);
    }
}

static void last_merge(hls::stream<key>& a, hls::stream<key>& b, hls::stream<key>& out) {
    heads<N / 2> runs(a, b);
last:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        out.write(runs.next());
    }
}

void merge_sort(hls::stream<key>& in, hls::stream<key>& out) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS DATAFLOW
    hls::stream<key, 4> a1, b1, a2, b2;
    hls::stream<key, 8> a4, b4;
    hls::stream<key, 16> a8, b8;
    hls::stream<key, 32> a16, b16;
    hls::stream<key, 64> a32, b32;
    deal(in, a1, b1);
    merge<1>(a1, b1, a2, b2);
    merge<2>(a2, b2, a4, b4);
    merge<4>(a4, b4, a8, b8);
    merge<8>(a8, b8, a16, b16);
    merge<16>(a16, b16, a32, b32);
    last_merge(a32, b32, out);
}

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

template <int RUN>
static void merge(hls::stream<key>& a, hls::stream<key>& b, hls::stream<key>& even, hls::stream<key>& odd) {
    key x = 0, y = 0;
    int left_a = 0, left_b = 0;
    bool have_x = false, have_y = false;
merge:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        if (i % (2 * RUN) == 0) left_a = left_b = RUN;
        if (!have_x && left_a > 0) {
            x = a.read();
            have_x = true;
        }
        if (!have_y && left_b > 0) {
            y = b.read();
            have_y = true;
        }
        const bool take_x = have_x && (!have_y || x <= y);
        const key smallest = take_x ? x : y;
        if (take_x) {
            have_x = false;
            --left_a;
        } else {
            have_y = false;
            --left_b;
        }
        if (i / (2 * RUN) % 2)
            odd.write(smallest);
        else
            even.write(smallest);
    }
}

static void final_merge(hls::stream<key>& a, hls::stream<key>& b, hls::stream<key>& out) {
    key x = a.read(), y = b.read();
    int read_a = 1, read_b = 1;
    bool end_a = false, end_b = false;
last:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        if (!end_a && (end_b || x <= y)) {
            out.write(x);
            if (read_a++ < N / 2)
                x = a.read();
            else
                end_a = true;
        } else {
            out.write(y);
            if (read_b++ < N / 2)
                y = b.read();
            else
                end_b = true;
        }
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
    final_merge(a32, b32, out);
}

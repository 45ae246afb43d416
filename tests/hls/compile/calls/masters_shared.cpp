// An m_axi argument that a function and modules called by it read and write in turns.
#include "hls_stream.h"

static void scale(int* a, int from, int count, int by) {
#pragma HLS INLINE off
    for (int i = 0; i < count; ++i) {
#pragma HLS PIPELINE II=1
        a[from + i] = a[from + i] * by + 1;
    }
}

static int total(const int* a, int count) {
#pragma HLS INLINE off
    int sum = 0;
    for (int i = 0; i < count; ++i) {
#pragma HLS PIPELINE II=1
        sum += a[i];
    }
    return sum;
}

static void copy_in(const int* a, hls::stream<int>& s) {
    for (int i = 0; i < 16; ++i) s.write(a[i] + 2);
}
static void copy_out(int* b, hls::stream<int>& s) {
    for (int i = 0; i < 16; ++i) b[i] = s.read();
}
static void move(const int* a, int* b) {
#pragma HLS DATAFLOW
    hls::stream<int> s;
    copy_in(a, s);
    copy_out(b, s);
}

void top(int* a, int* b, hls::stream<int>& out, int n) {
#pragma HLS INTERFACE m_axi port=a bundle=gmem0 depth=64
#pragma HLS INTERFACE m_axi port=b bundle=gmem1 depth=64
    for (int i = 0; i < 16; ++i) a[i] = i * n;         // a burst, then the call reads it
    scale(a, 4, 8, 3);
    for (int i = 0; i < 16; ++i) out.write(a[i]);      // a burst of what the call wrote
    for (int t = 0; t < 3; ++t) {                      // calls between accesses of a loop
        a[t] = a[t + 4] + total(a, 16);
        scale(a, t, 2, a[t] & 7);
        for (int i = 0; i < 4; ++i) out.write(a[t + i]);
        if (n & 1) scale(a + 16, 0, 4, t);
        a[20 + t] = a[16] + t;
    }
    out.write(total(a, 24));
    b[3] = a[5];
    move(a, b + 2);
    b[2] += b[3];
    for (int i = 0; i < 20; ++i) out.write(b[i]);
    b[0] = n;
}

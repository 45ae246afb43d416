#include "ap_int.h"
#include "hls_stream.h"
struct S { short a; int b; };
static int dot(const int x[16], int y[16], int scale, S &s) {
#pragma HLS INLINE off
    static int calls = 0;
    int t = 0;
    for (int i = 0; i < 16; ++i) { t += x[i] * y[i]; y[i] += scale; }
    if (t > 0) s.b = t;
    s.a += ++calls;
    return t;
}
static void fill(hls::stream<int> &in, int z[16]) {
#pragma HLS INLINE off
    for (int i = 0; i < 16; ++i) z[i] = in.read();
}
int top(hls::stream<int> &in, int y[16], int n, int &b) {
    int z[16]; S s; s.a = 0; s.b = b;
    fill(in, z);
    int r = 0;
    for (int k = 0; k < n; ++k) {
        r ^= dot(z, y, k, s);
        z[k & 15] += y[3];
    }
    r += dot(z, y, 7, s);
    b = s.b + s.a;
    return r;
}

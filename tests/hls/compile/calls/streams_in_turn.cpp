// Streams that functions with modules of their own and the function that calls them use one after the other.
#include "hls_stream.h"

static void take(int (&a)[8], int (&b)[8], hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS INLINE off
    for (int i = 0; i < 8; ++i) {
        a[i] = in.read() + b[i];
        if (i & 1) out.write(a[i]);
    }
}

void top(hls::stream<int>& in, hls::stream<int>& out) {
    int a[8], b[8];
    const int first = in.read();
    for (int i = 0; i < 8; ++i) a[i] = b[i] = i + first;
    take(a, b, in, out);
    out.write(first);
    take(b, a, in, out);
    take(a, b, in, out);
    for (int i = 0; i < 8; ++i) out.write(a[i] - b[i] + in.read());
}

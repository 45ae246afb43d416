#include "hls_stream.h"
#include "ap_int.h"
struct P { short x; ap_int<9> y; };
static void arb(hls::stream<int> in[3], hls::stream<int> &out) {
    int done = 0;
    for (int i = 0; i < 60; ++i) {
#pragma HLS PIPELINE
        int v;
        if (in[0].read_nb(v)) { out.write(v); ++done; }
        else if (in[1].read_nb(v)) { out.write(v + 1); ++done; }
        else if (!in[2].empty()) { out.write(in[2].read() + 2); ++done; }
    }
    out.write(-done);
}
void top(hls::stream<int> a[3], P p, P &q, hls::stream<int> &o) {
#pragma HLS INTERFACE axis port=a
    q.x = q.x + p.y; q.y = p.x;
    arb(a, o);
}

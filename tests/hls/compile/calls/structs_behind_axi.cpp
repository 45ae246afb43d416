// Structs behind AXI masters: whole ones are words of bursts, those written in part are not; on a bus of their size too.
#include <ap_int.h>
struct Point { short x, y; int w; };
struct Complex { ap_int<18> re, im; };

void top(const Point *in, Point *both, const Complex *c, Complex *d, int n) {
#pragma HLS INTERFACE m_axi port=in bundle=gmem0 depth=24
#pragma HLS INTERFACE m_axi port=both bundle=gmem1 depth=24
#pragma HLS INTERFACE m_axi port=c bundle=gmem0 depth=24
#pragma HLS INTERFACE m_axi port=d bundle=gmem2 depth=24 max_widen_bitwidth=64
    for (int i = 0; i < n; ++i) {
#pragma HLS PIPELINE II=1
        Point p = in[i];
        Point q = both[i];
        q.x += p.y;
        q.w -= p.w;
        both[i] = q;
    }
    for (int i = 0; i < n; ++i) {
#pragma HLS PIPELINE II=1
        Complex t = c[i];
        Complex u;
        u.re = t.re * 3 - t.im;
        u.im = t.im >> 1;
        d[i] = u;
    }
}

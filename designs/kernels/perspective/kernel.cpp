// Points through a projective map: two divisions and a remainder per point, toward zero as in C.
#include "kernel.h"

void perspective(hls::stream<point>& in, hls::stream<place>& out, const ap_int<16> matrix[9], int points) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS INTERFACE s_axilite port=matrix
#pragma HLS INTERFACE s_axilite port=points
#pragma HLS INTERFACE s_axilite port=return
    ap_int<16> m[9];
#pragma HLS ARRAY_PARTITION variable=m complete
load:
    for (int i = 0; i < 9; ++i) {
#pragma HLS PIPELINE II=1
        m[i] = matrix[i];
    }
points:
    for (int n = 0; n < points; ++n) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=150
        const point p = in.read();
        const ap_int<34> x = m[0] * p.x + m[1] * p.y + m[2];
        const ap_int<34> y = m[3] * p.x + m[4] * p.y + m[5];
        const ap_int<34> depth = m[6] * p.x + m[7] * p.y + m[8];
        const ap_int<34> w = depth == 0 ? ap_int<34>(1) : depth;
        out.write({x / w, y / w, x % w});
    }
}

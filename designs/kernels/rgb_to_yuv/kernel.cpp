// Full-range BT.601 with rounding and saturation.
#include "kernel.h"

typedef ap_fixed<12, 1> factor;
typedef ap_ufixed<8, 8, AP_RND, AP_SAT> level;

static const factor matrix[3][3] = {{0.299, 0.587, 0.114}, {-0.168736, -0.331264, 0.5}, {0.5, -0.418688, -0.081312}};

void rgb_to_yuv(hls::stream<rgb>& in, hls::stream<yuv>& out, int pixels) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS INTERFACE s_axilite port=pixels
#pragma HLS INTERFACE s_axilite port=return
pixels:
    for (int i = 0; i < pixels; ++i) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=500
        const rgb from = in.read();
        level to[3];
        for (int k = 0; k < 3; ++k)
            to[k] = matrix[k][0] * from.r + matrix[k][1] * from.g + matrix[k][2] * from.b + (k ? 128 : 0);
        out.write({ap_uint<8>(to[0]), ap_uint<8>(to[1]), ap_uint<8>(to[2])});
    }
}

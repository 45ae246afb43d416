#include "ap_int.h"
#include "hls_stream.h"
void top(hls::stream<ap_int<4>>& in1, hls::stream<int>& inw0, hls::stream<ap_int<8>>& out) {
    ap_int<4> x25 ; in1 >> x25;
    ap_uint<13> a29[2][3]; for (int k0 = 0; k0 < 2; ++k0) for (int k1 = 0; k1 < 3; ++k1) a29[k0][k1] = ap_uint<13>(k0 * 3 + k1 * 1);
#pragma HLS ARRAY_PARTITION variable=a29 complete dim=1
    int x15; while (!inw0.read_nb(x15)) {}
    out.write(ap_int<8>(a29[int((((unsigned)(x25)) & 1))][0]));
}

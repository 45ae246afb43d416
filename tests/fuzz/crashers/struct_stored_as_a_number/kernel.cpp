#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "hls_stream.h"
struct S1 { unsigned short m0; ap_int<16> m1[3]; };
struct S2 { int m0; ap_uint<9> m1; ap_uint<9> m2; };
template <int W_> static ap_uint<W_> g3(ap_uint<W_> x, ap_uint<W_> y) { return (x ^ ap_uint<W_>(y >> 4)) + (W_ & 3); }
static unsigned short g4(bool p5, ap_uint<9> p6) {
    return (unsigned short)((unsigned)((unsigned short)(p6)) * (unsigned)(unsigned short)((unsigned short)((unsigned)((unsigned short)(p6)) - (unsigned)((unsigned short)(p5))) < (unsigned short)((unsigned)(unsigned short)32767 << int((((unsigned)(p5)) & 15))) ? (unsigned short)((unsigned)((unsigned short)(p6)) - (unsigned)((unsigned short)(p5))) : (unsigned short)((unsigned)(unsigned short)32767 << int((((unsigned)(p5)) & 15)))));
}
void t400039(hls::stream<bool>& in0, hls::stream<S1>& in1, hls::stream<ap_uint<9>>& out) {
#pragma HLS INTERFACE axis port=in1
#pragma HLS INTERFACE axis port=out
    bool x7 = in0.read();
    S1 s8 = in1.read();
    int v9 = (int)((unsigned)((int)(s8.m0)) << 18);
    ap_uint<9> a10[1][3]; for (int k0 = 0; k0 < 1; ++k0) for (int k1 = 0; k1 < 3; ++k1) a10[k0][k1] = ap_uint<9>(k0 * 4 + k1 * 6);
#pragma HLS ARRAY_PARTITION variable=a10 block factor=1 dim=2
    for (int i1_11 = 0; i1_11 < 1; ++i1_11) {
#pragma HLS PIPELINE II=2
        for (int i4_12 = 0; i4_12 < 4; ++i4_12) {
#pragma HLS UNROLL
            s8.m0 = ((unsigned short)(((short)(((short)(s8.m1[int((((unsigned)(x7)) & 1) + 1)])) >> 13) / ((short)100 | 1))));
            x7 = ((ap_uint<9>(x7) > ap_uint<9>(207) ? ap_uint<9>(x7) : ap_uint<9>(207)) != ap_uint<9>(256));
            s8.m1[int((((unsigned)(ap_int<16>(g3<9>(ap_uint<9>(x7), a10[0][int((((unsigned)(i1_11)) & 1))])))) & 1) + 1)] = ap_int<16>(a10[0][int((((unsigned)(s8.m1[int((((unsigned)(i4_12)) & 1))])) & 1))] << (-1));
        }
    }
    x7 = ((unsigned short)(0 - (unsigned)(unsigned short)(((unsigned short)(v9)) > ((unsigned short)(s8.m1[int((((unsigned)(x7)) & 1))])) ? ((unsigned short)(v9)) : ((unsigned short)(s8.m1[int((((unsigned)(x7)) & 1))])))) != (unsigned short)(0 - (unsigned)s8.m0));
    out.write(ap_uint<9>(ap_int<16>(a10[0][int((((unsigned)(a10[0][int((((unsigned)(v9)) & 1))])) & 1) + 1)] + s8.m1[int((((unsigned)(v9)) & 1))]) + ap_uint<9>(ap_uint<9>(x7) - a10[0][int(ap_uint<1>(s8.m1[int((((unsigned)(s8.m0)) & 1) + 1)]) + 1)])));
    for (int k0 = 0; k0 < 3; ++k0) out.write(ap_uint<9>(s8.m1[k0]));
    out.write(ap_uint<9>(v9));
    for (int k0 = 0; k0 < 1; ++k0) for (int k1 = 0; k1 < 3; ++k1) out.write(a10[k0][k1]);
    out.write(a10[0][int((((unsigned)(v9)) & 1) + 1)]);
}

#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "ap_shift_reg.h"
#include "hls_stream.h"
#include "hls_task.h"
#include "hls_vector.h"
#include <string.h>
struct S1 { unsigned long long m0; unsigned m1; ap_int<17> m2; };
struct S2 { ap_uint<1> m0; ap_uint<1> m1[3]; };
static void h3(ap_int<17>& p4) {
#pragma HLS INLINE
    for (int i2_5 = 0; i2_5 < 2; ++i2_5) {
#pragma HLS UNROLL
        p4 = ap_int<17>(ap_int<17>((ap_int<17>(i2_5) > p4 ? ap_int<17>(i2_5) : p4)).range(int((((unsigned)(i2_5)) & 7) + 5) + 4, int((((unsigned)(i2_5)) & 7) + 5)));
        unsigned v6 = (unsigned)(2147483648u > ((unsigned)(i2_5)) ? 2147483648u : ((unsigned)(i2_5)));
        v6 += v6;
    }
}
ap_uint<1> t41212(const ap_int<17> m0[8], ap_uint<1>& o0) {
#pragma HLS ARRAY_PARTITION variable=m0 complete
#pragma HLS INTERFACE ap_none port=o0
#pragma HLS PIPELINE II=1
    short v7 = (short)(0 - (unsigned)((short)(m0[int((((unsigned)(m0[int((((unsigned)(ap_int<17>(3))) & 7))])) & 7))])));
    short v8 = (short)((unsigned)v7 + (unsigned)v7);
    v8 = (short)((unsigned)(short)(((v8 != 0) ? v7 : v7) > (short)((unsigned)v8 - (unsigned)v8) ? ((v8 != 0) ? v7 : v7) : (short)((unsigned)v8 - (unsigned)v8)) & (unsigned)v8);
    ap_uint<1> v9 = ap_uint<1>(ap_uint<17>(ap_int<17>(ap_uint<1>(1).countLeadingZeros())) << 3 | ap_uint<17>(ap_int<17>(ap_uint<1>(1).countLeadingZeros())) >> 14);
    v9 |= v9;
    o0 = (ap_uint<1>(((unsigned)(v7))) < (true ? v9 : v9) ? ap_uint<1>(((unsigned)(v7))) : (true ? v9 : v9));
    if (((true && (m0[7] != 0)) ? (v7 != v8) : (v7 == m0[int(ap_uint<3>(v9))]))) o0 = (ap_uint<1>(v9 & m0[int((((unsigned)(m0[int((((unsigned)(v8)) & 7))])) & 7))] - v9) > ap_uint<1>(v9 << ap_uint<1>(v8)) ? ap_uint<1>(v9 & m0[int((((unsigned)(m0[int((((unsigned)(v8)) & 7))])) & 7))] - v9) : ap_uint<1>(v9 << ap_uint<1>(v8)));
    return ap_uint<1>((unsigned long long)((unsigned long long)((unsigned long long)(v7)) - (unsigned long long)((unsigned long long)(v8))));
}

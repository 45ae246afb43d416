#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "hls_stream.h"
struct S1 { ap_uint<16> m0; unsigned short m1; ap_int<9> m2; unsigned short m3; };
void t5025(hls::stream<ap_axis<64, 0, 0, 0>>& in0, hls::stream<ap_uint<16>>& out) {
    ap_axis<64, 0, 0, 0> s2 ; in0 >> s2;
    ap_int<9> a3[4]; for (int k0 = 0; k0 < 4; ++k0) a3[k0] = ap_int<9>(k0 * 6);
    for (ap_uint<3> c4 = 0; c4 < 6; c4++) {
        s2.strb = ((s2.last <= ap_uint<1>(1)) ? ap_uint<8>(ap_uint<25>(s2.data) ^ a3[int((((unsigned)(s2.data)) & 3))]) : ap_uint<8>(((unsigned short)(a3[0]))));
        s2.last = s2.last;
    }
    auto f5 = [&](unsigned short p6, ap_int<9> p7) -> unsigned short { return (unsigned short)((unsigned short)(p6 > p6 ? p6 : p6) < ((s2.keep != 0) ? ((unsigned short)(p7)) : p6) ? (unsigned short)(p6 > p6 ? p6 : p6) : ((s2.keep != 0) ? ((unsigned short)(p7)) : p6)); };
    for (int i11_8 = 0; i11_8 < 11; i11_8 += 2) {
#pragma HLS PIPELINE II=2
        a3[int((((unsigned)(ap_uint<16>(ap_uint<16>(i11_8).range(1 + 12, 1)))) & 3))] = ap_int<9>(ap_int<9>(f5(((unsigned short)(s2.last)), ap_int<9>(s2.data))) * ((a3[int((((unsigned)(s2.strb)) & 3))] != 0) ? ap_uint<16>(i11_8) : ap_uint<16>(s2.data)));
        for (int i1_9 = 0; i1_9 < 1; ++i1_9) {
#pragma HLS UNROLL
            a3[int((((unsigned)(f5((unsigned short)65535, a3[int((((unsigned)(i11_8)) & 3))]))) & 3))] = ap_int<9>(a3[int((((unsigned)(i11_8)) & 3))] | a3[int((((unsigned)(s2.last)) & 3))] ^ a3[int((((unsigned)(s2.strb)) & 3))]);
            ap_axis<64, 0, 0, 0> s10 ; in0.read(s10);
            s2.strb[4] = (f5(((unsigned short)(i11_8)), a3[int((((unsigned)(s10.last)) & 3))]) != 0);
        }
        a3[int((((unsigned)(ap_uint<16>(~a3[int(ap_uint<2>(s2.strb))]))) & 3))] = ap_int<9>(ap_uint<16>(s2.data) - ap_uint<16>(ap_uint<9>(ap_int<9>(ap_uint<16>(s2.keep) & ap_uint<16>(s2.data))) << 0 | ap_uint<9>(ap_int<9>(ap_uint<16>(s2.keep) & ap_uint<16>(s2.data))) >> 9));
    }
    s2.last = ap_uint<1>(ap_uint<16>(ap_uint<16>((ap_int<9>(s2.data), ap_uint<16>(s2.data)))) << 4 | ap_uint<16>(ap_uint<16>((ap_int<9>(s2.data), ap_uint<16>(s2.data)))) >> 12);
    switch (((unsigned)(ap_int<9>(ap_int<9>(s2.keep).range(8, 7)))) & 3) { case 0: {
        if ((((unsigned short)(s2.data)) > ap_uint<16>(a3[int((((unsigned)(s2.data)) & 3))] | a3[1] ^ a3[0]))) {
            s2.last &= ap_uint<1>(ap_int<9>(f5(((unsigned short)(s2.data)), a3[int((((unsigned)(s2.keep)) & 3))])) + ap_uint<16>(s2.last));
        } else {
            s2.last = ap_uint<1>((ap_int<9>(s2.keep) > a3[int(ap_uint<2>(s2.keep))] ? ap_int<9>(s2.keep) : a3[int(ap_uint<2>(s2.keep))]));
        }
        ap_axis<64, 0, 0, 0> s11 = in0.read();
    } break; case 2: {
        unsigned short d12[12]; for (int k0 = 0; k0 < 12; ++k0) d12[k0] = (unsigned short)(k0 * 3 + 1); for (int i12_14 = 4; i12_14 < 12; ++i12_14) {
#pragma HLS PIPELINE II=1 rewind
#pragma HLS DEPENDENCE variable=d12 inter distance=4 true
            s2.strb ^= ap_uint<8>(f5(((unsigned short)(s2.keep)), a3[int((((unsigned)(s2.strb)) & 3))]));
            const unsigned short o15 = d12[i12_14 - 4];
            d12[i12_14] = (unsigned short)(f5(o15, a3[int(ap_uint<2>(a3[int((((unsigned)(s2.data)) & 3))]))]) >> 5);
        }
    } case 3: {
        switch (((unsigned)(ap_uint<16>(f5((unsigned short)5, a3[int(ap_uint<2>(s2.data))])))) & 7) { case 1: {
            s2.keep = ap_uint<8>(((s2.strb != 0) ? a3[int((((unsigned)(s2.data)) & 3))] : a3[int((((unsigned)(s2.data)) & 3))]) >> ap_uint<5>(31));
        } break; case 6: {
            s2.strb = ap_uint<8>(ap_uint<16>(ap_uint<16>(32768)) << 13 | ap_uint<16>(ap_uint<16>(32768)) >> 3);
            s2.data = ap_int<64>((ap_int<3>(a3[1] << ap_uint<2>(s2.strb)) + ap_uint<16>(s2.last)) + (ap_uint<16>(2) < ap_uint<16>(32767) ? ap_uint<16>(2) : ap_uint<16>(32767)));
        } case 5: {
            s2.last = ap_uint<1>(f5((unsigned short)5, a3[int((((unsigned)(s2.strb)) & 3))]));
            a3[int((((unsigned)(ap_int<9>(~ap_uint<16>(32768)))) & 3))] = ap_int<9>(a3[2] >> ap_int<4>(3));
        } break; case 7: {
            s2.data = ap_int<64>((((s2.strb != 0) ? ap_int<24>(0) : ap_int<24>(s2.last)) + ap_uint<16>(2)) * ap_uint<16>(ap_uint<16>(a3[int((((unsigned)(s2.strb)) & 3))]) + a3[1]) + ap_int<9>(ap_uint<16>(1) << ap_uint<6>(s2.last)));
            s2.last = s2.last;
        } break; default: {
            a3[int((((unsigned)(((unsigned short)(s2.data)))) & 3))] = ap_int<9>(s2.keep);
            a3[3].range(int((((unsigned)(s2.strb)) & 3)) + 3, int((((unsigned)(s2.strb)) & 3))) = ap_uint<16>(2);
        } }
        for (unsigned u16 = 0; u16 <= 3u; u16++) {
#pragma HLS PIPELINE II=1
            s2.strb ^= ((s2.last > ap_uint<1>(0)) ? ap_uint<8>(a3[int((((unsigned)(s2.last)) & 3))] ^ ap_uint<16>(s2.keep) - ap_uint<16>(s2.keep)) : (s2.strb > s2.keep ? s2.strb : s2.keep));
        }
    } break; case 1: {
        if (((unsigned short)(((unsigned short)(s2.data)) >> int((((unsigned)(a3[int((((unsigned)(s2.keep)) & 3))])) & 15))) >= (unsigned short)65535)) {
            out.write(ap_uint<16>(ap_int<9>(ap_uint<16>(s2.last).range(1 + 14, 1)) + ap_int<9>(a3[int((((unsigned)(s2.strb)) & 3))] - ap_int<9>(s2.strb))));
        }
        s2.strb[4] = (!a3[int((((unsigned)(s2.data)) & 3))].xnor_reduce());
    } break; default: {
        for (int i5_17 = 0; i5_17 < 5; ++i5_17) {
            s2.data = ap_int<64>(ap_uint<16>(a3[int(ap_uint<2>(s2.data))].range(6, 5)).countLeadingZeros());
        }
    } }
    out.write(ap_uint<16>(s2.data));
    out.write(ap_uint<16>((ap_int<9>(a3[int((((unsigned)(s2.data)) & 3))] & a3[int((((unsigned)(s2.last)) & 3))]), ap_uint<16>(ap_uint<16>(s2.last) | a3[0]))));
}

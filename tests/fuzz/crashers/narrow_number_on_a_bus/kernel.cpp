#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "ap_shift_reg.h"
#include "hls_stream.h"
#include "hls_vector.h"
#include <string.h>
static const ap_int<32> rom1[4] = {ap_int<32>(1), ap_int<32>(2147483647), ap_int<32>(-1), ap_int<32>(0)};
template <int W_> static ap_int<W_> g8(ap_int<W_> x, ap_uint<W_> y) { return (x ^ ap_int<W_>(y >> 5)) + (W_ & 3); }
static ap_ufixed<12, 6, AP_TRN, AP_WRAP> w9(ap_ufixed<12, 6, AP_TRN, AP_WRAP> p10[4], hls::stream<ap_int<32>>& q11) {
    q11.write(ap_int<32>(0));
    return ap_ufixed<12, 6, AP_TRN, AP_WRAP>(ap_ufixed<12, 6, AP_TRN, AP_WRAP>::of(2047LL));
}
ap_int<1> t39(const ap_int<1>* bus0, ap_int<32> n1, hls::stream<ap_axiu<24, 0, 0, 0>>& in0, hls::stream<ap_int<17>>& out0, hls::stream<ap_int<32>>& outw0, hls::stream<ap_int<1>>& out) {
#pragma HLS INTERFACE m_axi port=bus0 depth=16 offset=direct bundle=gmem0
    ap_axiu<24, 0, 0, 0> s14 = in0.read();
    ap_ufixed<12, 6, AP_TRN, AP_WRAP> a18[4] = {ap_ufixed<12, 6, AP_TRN, AP_WRAP>(ap_ufixed<12, 6, AP_TRN, AP_WRAP>::of(1LL)), ap_ufixed<12, 6, AP_TRN, AP_WRAP>(ap_ufixed<12, 6, AP_TRN, AP_WRAP>::of(2047LL)), ap_ufixed<12, 6, AP_TRN, AP_WRAP>(ap_ufixed<12, 6, AP_TRN, AP_WRAP>::of(2048LL)), ap_ufixed<12, 6, AP_TRN, AP_WRAP>(ap_ufixed<12, 6, AP_TRN, AP_WRAP>::of(3LL))};
    ap_ufixed<12, 6, AP_TRN, AP_WRAP> v19 = w9(a18, outw0);
    ap_int<1> a23[4]; for (int k0 = 0; k0 < 4; ++k0) a23[k0] = (ap_int<1>)(0); for (int i4_22 = 0; i4_22 < 4; ++i4_22) {
        a23[i4_22] = bus0[i4_22 + 10];
    }
    s14.data = ap_uint<24>(n1 ^ ap_int<1>(0) ^ a23[0]);
    out.write(ap_int<1>(g8<32>(ap_int<32>(0), ap_uint<32>(rom1[int(ap_uint<2>(s14.data))]))));
    out0.write(ap_int<17>(0));
    return ap_int<1>(0);
}

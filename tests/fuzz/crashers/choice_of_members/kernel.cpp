#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "hls_stream.h"
struct S1 { ap_fixed<16, 19, AP_TRN, AP_WRAP> m0; ap_int<11> m1[2]; long long m2; ap_int<11> m3; };
void top_members(hls::stream<S1>& in0, hls::stream<ap_int<11>>& out0) {
    for (int i = 0; i < 8; ++i) {
        S1 s = in0.read();
        ap_int<11> r = (i != 0) ? s.m3 : s.m1[int((unsigned)(s.m2) & 1)];
        out0.write(r);
    }
}

// Counts of leading zeros of every small width, cut to one bit: LLVM simplifies them by the values that they can have.
#include "ap_int.h"
#include "hls_stream.h"
template <int W> static void one(hls::stream<unsigned>& q0, hls::stream<ap_int<64>>& out) {
    for (int i = 0; i != (1 << (W < 4 ? W : 4)); ++i) {
        unsigned m1 = q0.read(), n1 = q0.read();
        ap_int<1> x = (m1 & 1) ? ap_int<1>(ap_int<W>(i).countLeadingZeros()) : ap_int<1>(n1);
        ap_int<3> y = (m1 & 1) ? ap_int<3>(ap_int<W>(i).countLeadingZeros()) : ap_int<3>(n1);
        ap_uint<2> z = (m1 & 2) ? ap_uint<2>(ap_uint<W>(i * 3).countLeadingZeros()) : ap_uint<2>(n1);
        out.write(ap_int<64>(x | x + ap_uint<64>(x)));
        out.write(y * 3 + z);
    }
}
void top(hls::stream<unsigned>& q0, hls::stream<ap_int<64>>& out) {
    one<1>(q0, out); one<2>(q0, out); one<3>(q0, out); one<4>(q0, out); one<5>(q0, out); one<6>(q0, out); one<7>(q0, out); one<8>(q0, out); one<16>(q0, out);
}

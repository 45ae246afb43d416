// A bin each cycle although a bin takes cycles to read and write: what was written lately is kept at hand.
#include "kernel.h"

const int RECENT = 2;  // more than the distance from reading a bin to having written it

void histogram(hls::stream<ap_uint<6>>& in, ap_uint<16> bins[BINS], int count) {
#pragma HLS INTERFACE axis port=in
    ap_uint<16> counts[BINS];
#pragma HLS BIND_STORAGE variable=counts type=ram_2p impl=bram
    ap_uint<6> recent_bin[RECENT] = {};
    ap_uint<16> recent_count[RECENT] = {};
#pragma HLS ARRAY_PARTITION variable=recent_bin complete
#pragma HLS ARRAY_PARTITION variable=recent_count complete
clear:
    for (int i = 0; i < BINS; ++i) {
#pragma HLS PIPELINE II=1
        counts[i] = 0;
    }
count:
    for (int n = 0; n < count; ++n) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=400
#pragma HLS DEPENDENCE variable=counts type=inter distance=3 dependent=true
        const ap_uint<6> bin = in.read();
        ap_uint<16> now = counts[bin];
        for (int k = RECENT - 1; k >= 0; --k)  // the latest counts most
            if (recent_bin[k] == bin && k < n) now = recent_count[k];
        ++now;
        counts[bin] = now;
        for (int k = RECENT - 1; k > 0; --k) {
            recent_bin[k] = recent_bin[k - 1];
            recent_count[k] = recent_count[k - 1];
        }
        recent_bin[0] = bin;
        recent_count[0] = now;
    }
write:
    for (int i = 0; i < BINS; ++i) {
#pragma HLS PIPELINE II=1
        bins[i] = counts[i];
    }
}

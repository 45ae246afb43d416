// Wide words from external memory: 16 numbers each, reversed and negated on the way back, summed on a stream.
#include "kernel.h"

void unpack_512(const ap_uint<512>* in, ap_uint<512>* out, hls::stream<ap_uint<32>>& sums) {
#pragma HLS INTERFACE m_axi port=in bundle=gmem0 depth=24 max_widen_bitwidth=512
#pragma HLS INTERFACE m_axi port=out bundle=gmem1 depth=24
#pragma HLS INTERFACE axis port=sums
#pragma HLS INTERFACE s_axilite port=return
words:
    for (int n = 0; n < WORDS; ++n) {
#pragma HLS PIPELINE II=1
        const ap_uint<512> word = in[n];
        ap_uint<512> reversed;
        ap_uint<32> sum = 0;
        for (int lane = 0; lane < LANES; ++lane) {
            const ap_int<32> value = word.range(32 * lane + 31, 32 * lane);
            const int other = LANES - 1 - lane;
            reversed.range(32 * other + 31, 32 * other) = ap_int<32>(-value);
            sum += value;
        }
        out[n] = reversed;
        sums.write(sum);
    }
}

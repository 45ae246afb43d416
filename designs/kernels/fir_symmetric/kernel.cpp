// Linear phase: samples that meet the same tap are added first, which halves the multipliers.
#include "kernel.h"

void fir_symmetric(const ap_int<14> in[SAMPLES], ap_int<34> out[SAMPLES]) {
    const ap_int<16> taps[TAPS / 2 + 1] = {-31, 127, -404, 1022, -2200, 4601, -10190, 32767};
    ap_int<14> history[TAPS] = {};
#pragma HLS ARRAY_PARTITION variable=history complete
#pragma HLS ARRAY_PARTITION variable=taps complete
samples:
    for (int n = 0; n < SAMPLES; ++n) {
#pragma HLS PIPELINE II=1
    shift:
        for (int k = TAPS - 1; k > 0; --k) {
#pragma HLS UNROLL
            history[k] = history[k - 1];
        }
        history[0] = in[n];
        ap_int<34> sum = history[TAPS / 2] * taps[TAPS / 2];
    pairs:
        for (int k = 0; k < TAPS / 2; ++k) {
#pragma HLS UNROLL
            sum += (history[k] + history[TAPS - 1 - k]) * taps[k];
        }
        out[n] = sum;
    }
}

// Transposed FIR whose taps and history stay from call to call; rewind leaves no gap between calls.
#include "kernel.h"

static const ap_int<16> taps[TAPS] = {12,   -57,  133, -241, 377, -529,  680,  -812, 905,  -941, 907,  30000,
                                      -799, 633, -427, 203, 17,  -213, 367, -467, 507,  -489, 32767, -32768};

void fir_transposed(hls::stream<ap_int<16>>& in, hls::stream<ap_int<38>>& out) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
    static ap_int<38> partial[TAPS];
#pragma HLS ARRAY_PARTITION variable=partial complete
samples:
    for (int n = 0; n < SAMPLES; ++n) {
#pragma HLS PIPELINE II=1 rewind
        const ap_int<16> x = in.read();
        for (int k = 0; k < TAPS; ++k) partial[k] = taps[k] * x + (k + 1 < TAPS ? partial[k + 1] : ap_int<38>(0));
        out.write(partial[0]);
    }
}

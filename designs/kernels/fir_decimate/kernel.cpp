// Decimation by four: a multiplier serves four taps in turn, so eight do for 32.
#include "kernel.h"

typedef ap_fixed<16, 1, AP_RND, AP_SAT> rounded;

static const sample taps[TAPS] = {
    -0.0011, -0.0018, -0.0023, -0.0016, 0.0014, 0.0066, 0.0121, 0.0141, 0.0082, -0.0077, -0.0316,
    -0.0550, -0.0634, -0.0420, 0.0172, 0.1080, 0.2090, 0.2920, 0.3300, 0.3070, 0.2270, 0.1120,
    -0.0070, -0.0950, -0.1310, -0.1140, -0.0610, 0.0010, 0.0460, 0.0600, 0.0430, 0.0120};

void fir_decimate(hls::stream<sample>& in, hls::stream<sample>& out) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
    sample history[TAPS];
#pragma HLS ARRAY_PARTITION variable=history complete
#pragma HLS ARRAY_PARTITION variable=taps block factor=8
clear:
    for (int k = 0; k < TAPS; ++k) history[k] = 0;
    ap_fixed<36, 5> sum = 0;
samples:
    for (int n = 0; n < OUTPUTS * FACTOR; ++n) {
#pragma HLS PIPELINE II=1
        const ap_uint<2> phase = n;
        for (int k = TAPS - 1; k > 0; --k) history[k] = history[k - 1];
        history[0] = in.read();
        ap_fixed<36, 5> part = 0;
        for (int k = 0; k < TAPS / FACTOR; ++k)  // tap 4k+3 meets the oldest of four samples, which comes first
            part += taps[FACTOR * k + FACTOR - 1 - phase] * history[FACTOR * k];
        sum = phase == 0 ? part : ap_fixed<36, 5>(sum + part);
        if (phase == FACTOR - 1) out.write(rounded(sum));
    }
}

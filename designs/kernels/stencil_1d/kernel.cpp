// (x[n-2] + 4 x[n-1] + 6 x[n] + 4 x[n+1] + x[n+2]) / 16, the ends repeated, for any number of samples.
#include "kernel.h"

void stencil_1d(hls::stream<sample>& in, hls::stream<sample>& out, int count) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS INTERFACE s_axilite port=count
#pragma HLS INTERFACE s_axilite port=return
    sample window[5];
#pragma HLS ARRAY_PARTITION variable=window complete
samples:
    for (int n = 0; n < count + 2; ++n) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=3 max=202
        sample next = window[4];
        if (n < count) next = in.read();
        for (int k = 0; k < 4; ++k) window[k] = n ? window[k + 1] : next;
        window[4] = next;
        if (n >= 2) out.write((window[0] + 4 * window[1] + 6 * window[2] + 4 * window[3] + window[4]) >> 4);
    }
}

// Complex taps from the outside, three real products instead of four.
#include "kernel.h"

template <class A, class B> static sum product(const complex<A>& a, const complex<B>& b) {
    const auto shared = b.re * (a.re + a.im);
    const auto x = a.re * (b.im - b.re);
    const auto y = a.im * (b.re + b.im);
    return {shared - y, shared + x};
}

void fir_complex(hls::stream<sample>& in, hls::stream<sum>& out, const sample taps[TAPS], int count) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
    sample history[TAPS], held[TAPS];
#pragma HLS ARRAY_PARTITION variable=history complete
#pragma HLS ARRAY_PARTITION variable=held complete
load:
    for (int k = 0; k < TAPS; ++k) {
#pragma HLS PIPELINE II=1
        held[k] = taps[k];
        history[k] = {0, 0};
    }
samples:
    for (int n = 0; n < count; ++n) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=150
        for (int k = TAPS - 1; k > 0; --k) history[k] = history[k - 1];
        history[0] = in.read();
        sum total = {0, 0};
        for (int k = 0; k < TAPS; ++k) {
            const sum term = product(history[k], held[k]);
            total.re += term.re;
            total.im += term.im;
        }
        out.write(total);
    }
}

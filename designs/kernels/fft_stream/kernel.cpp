// Streaming FFT, a sample each cycle: six stages with feedback delays, decimation in frequency.
//
// Each stage halves; the spectrum over 64 leaves in bit-reversed order.
#include "kernel.h"

static const part cosine[N] = {
    1.0, 0.995185, 0.980785, 0.956940, 0.923880, 0.881921, 0.831470, 0.773010, 0.707107, 0.634393, 0.555570, 0.471397,
    0.382683, 0.290285, 0.195090, 0.098017, 0.0, -0.098017, -0.195090, -0.290285, -0.382683, -0.471397, -0.555570,
    -0.634393, -0.707107, -0.773010, -0.831470, -0.881921, -0.923880, -0.956940, -0.980785, -0.995185, -1.0, -0.995185,
    -0.980785, -0.956940, -0.923880, -0.881921, -0.831470, -0.773010, -0.707107, -0.634393, -0.555570, -0.471397,
    -0.382683, -0.290285, -0.195090, -0.098017, 0.0, 0.098017, 0.195090, 0.290285, 0.382683, 0.471397, 0.555570,
    0.634393, 0.707107, 0.773010, 0.831470, 0.881921, 0.923880, 0.956940, 0.980785, 0.995185};

// For half a group samples wait in `delay` (and differences leave it), for the other half pairs meet.
template <int HALF> static void stage(hls::stream<complex>& in, hls::stream<complex>& out, int blocks) {
    complex delay[HALF];
#pragma HLS ARRAY_PARTITION variable=delay complete
samples:
    for (int n = 0; n < blocks * N + HALF; ++n) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=65 max=288
        const bool meet = n & HALF;
        const ap_uint<6> angle = (n & (HALF - 1)) * (N / 2 / HALF);
        const part c = cosine[angle], s = cosine[ap_uint<6>(angle - N / 4)];
        complex next = {0, 0};
        if (n < blocks * N) next = in.read();
        const complex waited = delay[HALF - 1];
        for (int k = HALF - 1; k > 0; --k) delay[k] = delay[k - 1];
        complex leaving;
        if (meet) {
            leaving = {(waited.re + next.re) / 2, (waited.im + next.im) / 2};
            delay[0] = {(waited.re - next.re) / 2, (waited.im - next.im) / 2};
        } else {
            leaving = {waited.re * c + waited.im * s, waited.im * c - waited.re * s};
            delay[0] = next;
        }
        if (n >= HALF) out.write(leaving);
    }
}

void fft_stream(hls::stream<complex>& in, hls::stream<complex>& out, int blocks) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS DATAFLOW
    hls::stream<complex> s32, s16, s8, s4, s2;
    stage<32>(in, s32, blocks);
    stage<16>(s32, s16, blocks);
    stage<8>(s16, s8, blocks);
    stage<4>(s8, s4, blocks);
    stage<2>(s4, s2, blocks);
    stage<1>(s2, out, blocks);
}

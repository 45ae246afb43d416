// In place, decimation in time; each stage halves, so that nothing overflows: the result is the transform over 64.
#include "kernel.h"

// cos(2 pi k / 64), sin is a quarter turn away
static const part cosine[N] = {
    1.0, 0.995185, 0.980785, 0.956940, 0.923880, 0.881921, 0.831470, 0.773010, 0.707107, 0.634393, 0.555570, 0.471397,
    0.382683, 0.290285, 0.195090, 0.098017, 0.0, -0.098017, -0.195090, -0.290285, -0.382683, -0.471397, -0.555570,
    -0.634393, -0.707107, -0.773010, -0.831470, -0.881921, -0.923880, -0.956940, -0.980785, -0.995185, -1.0, -0.995185,
    -0.980785, -0.956940, -0.923880, -0.881921, -0.831470, -0.773010, -0.707107, -0.634393, -0.555570, -0.471397,
    -0.382683, -0.290285, -0.195090, -0.098017, 0.0, 0.098017, 0.195090, 0.290285, 0.382683, 0.471397, 0.555570,
    0.634393, 0.707107, 0.773010, 0.831470, 0.881921, 0.923880, 0.956940, 0.980785, 0.995185};

static ap_uint<LOG> reversed(ap_uint<LOG> i) {
    ap_uint<LOG> r;
    for (int bit = 0; bit < LOG; ++bit) r[bit] = i[LOG - 1 - bit];
    return r;
}

void fft_64(complex x[N]) {
    complex v[N];
load:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        v[reversed(i)] = x[i];
    }
stages:
    for (int stage = 0; stage < LOG; ++stage)
    butterflies:
        for (int n = 0; n < N / 2; ++n) {
#pragma HLS PIPELINE II=2
#pragma HLS DEPENDENCE variable=v type=inter dependent=false
#pragma HLS LOOP_FLATTEN off
            const int half = 1 << stage, k = n & (half - 1);
            const int low = (n >> stage << (stage + 1)) + k, high = low + half;
            const ap_uint<LOG> angle = k << (LOG - 1 - stage);
            const part c = cosine[angle], s = cosine[ap_uint<LOG>(angle - N / 4)];
            const complex a = v[low], b = v[high];
            const part re = b.re * c + b.im * s, im = b.im * c - b.re * s;
            v[low] = {(a.re + re) / 2, (a.im + im) / 2};
            v[high] = {(a.re - re) / 2, (a.im - im) / 2};
        }
store:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        x[i] = v[i];
    }
}

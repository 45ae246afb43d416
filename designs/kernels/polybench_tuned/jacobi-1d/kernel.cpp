// Means of three neighbours, back and forth between two arrays.
#include "../../polybench/jacobi-1d/kernel.h"

void kernel_jacobi_1d(real A[N], real B[N]) {
    real a[N], b[N];
#pragma HLS ARRAY_PARTITION variable=a complete
#pragma HLS ARRAY_PARTITION variable=b complete
load:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        a[i] = A[i];
        b[i] = B[i];
    }
time:
    for (int t = 0; t < STEPS; ++t) {
#pragma HLS PIPELINE II=4
        for (int i = 1; i < N - 1; ++i) b[i] = real(0.33333) * (a[i - 1] + a[i] + a[i + 1]);
        for (int i = 1; i < N - 1; ++i) a[i] = real(0.33333) * (b[i - 1] + b[i] + b[i + 1]);
    }
store:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        A[i] = a[i];
        B[i] = b[i];
    }
}

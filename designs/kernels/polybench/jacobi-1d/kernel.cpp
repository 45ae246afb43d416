// Means of three neighbours, back and forth between two arrays.
#include "kernel.h"

void kernel_jacobi_1d(real A[N], real B[N]) {
time:
    for (int t = 0; t < STEPS; ++t) {
        for (int i = 1; i < N - 1; ++i) B[i] = real(0.33333) * (A[i - 1] + A[i] + A[i + 1]);
        for (int i = 1; i < N - 1; ++i) A[i] = real(0.33333) * (B[i - 1] + B[i] + B[i + 1]);
    }
}

// y = A^T (A x), by way of tmp.
#include "kernel.h"

void kernel_atax(const real A[M][N], const real x[N], real y[N], real tmp[M]) {
clear:
    for (int i = 0; i < N; ++i) y[i] = 0;
rows:
    for (int i = 0; i < M; ++i) {
        tmp[i] = 0;
        for (int j = 0; j < N; ++j) tmp[i] += A[i][j] * x[j];
        for (int j = 0; j < N; ++j) y[j] += A[i][j] * tmp[i];
    }
}

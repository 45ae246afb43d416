// x1 += A y_1 and x2 += A^T y_2.
#include "kernel.h"

void kernel_mvt(real x1[N], real x2[N], const real y_1[N], const real y_2[N], const real A[N][N]) {
first:
    for (int i = 0; i < N; ++i)
        for (int j = 0; j < N; ++j) x1[i] += A[i][j] * y_1[j];
second:
    for (int i = 0; i < N; ++i)
        for (int j = 0; j < N; ++j) x2[i] += A[j][i] * y_2[j];
}

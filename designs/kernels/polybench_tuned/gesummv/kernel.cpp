// y = alpha A x + beta B x.
#include "../../polybench/gesummv/kernel.h"

void kernel_gesummv(real alpha, real beta, const real A[N][N], const real B[N][N], real tmp[N], const real x[N],
                    real y[N]) {
    real vector[N];
#pragma HLS ARRAY_PARTITION variable=vector complete
load:
    for (int j = 0; j < N; ++j) {
#pragma HLS PIPELINE II=1
        vector[j] = x[j];
    }
rows:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=15
        real a = 0, b = 0;
        for (int j = 0; j < N; ++j) {
            a += A[i][j] * vector[j];
            b += B[i][j] * vector[j];
        }
        tmp[i] = a;
        y[i] = alpha * a + beta * b;
    }
}

// y = alpha A x + beta B x.
#include "kernel.h"

void kernel_gesummv(real alpha, real beta, const real A[N][N], const real B[N][N], real tmp[N], const real x[N],
                    real y[N]) {
rows:
    for (int i = 0; i < N; ++i) {
        tmp[i] = 0;
        y[i] = 0;
        for (int j = 0; j < N; ++j) {
            tmp[i] += A[i][j] * x[j];
            y[i] += B[i][j] * x[j];
        }
        y[i] = alpha * tmp[i] + beta * y[i];
    }
}

// C = alpha A B + beta C.
#include "kernel.h"

void kernel_gemm(real alpha, real beta, real C[NI][NJ], const real A[NI][NK], const real B[NK][NJ]) {
rows:
    for (int i = 0; i < NI; ++i) {
        for (int j = 0; j < NJ; ++j) C[i][j] *= beta;
        for (int k = 0; k < NK; ++k)
            for (int j = 0; j < NJ; ++j) C[i][j] += alpha * A[i][k] * B[k][j];
    }
}

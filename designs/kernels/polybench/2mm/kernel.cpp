// D = alpha A B C + beta D, by way of tmp.
#include "kernel.h"

void kernel_2mm(real alpha, real beta, real tmp[NI][NJ], const real A[NI][NK], const real B[NK][NJ],
                const real C[NJ][NL], real D[NI][NL]) {
first:
    for (int i = 0; i < NI; ++i)
        for (int j = 0; j < NJ; ++j) {
            tmp[i][j] = 0;
            for (int k = 0; k < NK; ++k) tmp[i][j] += alpha * A[i][k] * B[k][j];
        }
second:
    for (int i = 0; i < NI; ++i)
        for (int j = 0; j < NL; ++j) {
            D[i][j] *= beta;
            for (int k = 0; k < NJ; ++k) D[i][j] += tmp[i][k] * C[k][j];
        }
}

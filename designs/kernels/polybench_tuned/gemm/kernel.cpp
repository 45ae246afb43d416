// C = alpha A B + beta C.
#include "../../polybench/gemm/kernel.h"

void kernel_gemm(real alpha, real beta, real C[NI][NJ], const real A[NI][NK], const real B[NK][NJ]) {
    ap_fixed<64, 32> a[NK];
    real b[NK][NJ];
#pragma HLS ARRAY_PARTITION variable=a complete
#pragma HLS ARRAY_PARTITION variable=b complete dim=1
load_b:
    for (int k = 0; k < NK; k += 2)
        for (int j = 0; j < NJ; ++j) {
#pragma HLS PIPELINE II=1
            b[k][j] = B[k][j];
            b[k + 1][j] = B[k + 1][j];
        }
rows:
    for (int i = 0; i < NI; ++i) {
    load_a:
        for (int k = 0; k < NK; k += 2) {
#pragma HLS PIPELINE II=1
            a[k] = alpha * A[i][k];
            a[k + 1] = alpha * A[i][k + 1];
        }
    columns:
        for (int j = 0; j < NJ; ++j) {
#pragma HLS PIPELINE II=2
            real sum = C[i][j] * beta;
            for (int k = 0; k < NK; ++k) sum += a[k] * b[k][j];
            C[i][j] = sum;
        }
    }
}

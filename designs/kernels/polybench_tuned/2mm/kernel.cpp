// D = alpha A B C + beta D, by way of tmp.
#include "../../polybench/2mm/kernel.h"

void kernel_2mm(real alpha, real beta, real tmp[NI][NJ], const real A[NI][NK], const real B[NK][NJ],
                const real C[NJ][NL], real D[NI][NL]) {
    ap_fixed<64, 32> a[NK];
    real b[NK][NJ], c[NJ][NL], t[NJ];
#pragma HLS ARRAY_PARTITION variable=a complete
#pragma HLS ARRAY_PARTITION variable=b complete dim=1
#pragma HLS ARRAY_PARTITION variable=c complete dim=1
#pragma HLS ARRAY_PARTITION variable=t complete
load_b:
    for (int k = 0; k < NK; ++k)
        for (int j = 0; j < NJ; j += 2) {
#pragma HLS PIPELINE II=1
            b[k][j] = B[k][j];
            b[k][j + 1] = B[k][j + 1];
        }
load_c:
    for (int k = 0; k < NJ; ++k)
        for (int j = 0; j < NL; j += 2) {
#pragma HLS PIPELINE II=1
            c[k][j] = C[k][j];
            c[k][j + 1] = C[k][j + 1];
        }
rows:
    for (int i = 0; i < NI; ++i) {
    load_a:
        for (int k = 0; k < NK; ++k) {
#pragma HLS PIPELINE II=1
            a[k] = alpha * A[i][k];
        }
    first:
        for (int j = 0; j < NJ; ++j) {
#pragma HLS PIPELINE II=2
            real sum = 0;
            for (int k = 0; k < NK; ++k) sum += a[k] * b[k][j];
            t[j] = tmp[i][j] = sum;
        }
    second:
        for (int j = 0; j < NL; ++j) {
#pragma HLS PIPELINE II=1
            real sum = D[i][j] * beta;
            for (int k = 0; k < NJ; ++k) sum += t[k] * c[k][j];
            D[i][j] = sum;
        }
    }
}

// E = A B, F = C D, G = E F.
#include "../../polybench/3mm/kernel.h"

void kernel_3mm(real E[NI][NJ], const real A[NI][NK], const real B[NK][NJ], real F[NJ][NL], const real C[NJ][NM],
                const real D[NM][NL], real G[NI][NL]) {
    real b[NK][NJ], d[NM][NL], f[NJ][NL], row[NM], e[NJ];
#pragma HLS ARRAY_PARTITION variable=b complete dim=1
#pragma HLS ARRAY_PARTITION variable=d complete dim=1
#pragma HLS ARRAY_PARTITION variable=f complete dim=1
#pragma HLS ARRAY_PARTITION variable=row complete
#pragma HLS ARRAY_PARTITION variable=e complete
load_d:
    for (int k = 0; k < NM; ++k)
        for (int j = 0; j < NL; j += 2) {
#pragma HLS PIPELINE II=1
            d[k][j] = D[k][j];
            d[k][j + 1] = D[k][j + 1];
        }
load_b:
    for (int k = 0; k < NK; ++k)
        for (int j = 0; j < NJ; j += 2) {
#pragma HLS PIPELINE II=1
            b[k][j] = B[k][j];
            b[k][j + 1] = B[k][j + 1];
        }
rows_f:
    for (int i = 0; i < NJ; ++i) {
    load_c:
        for (int k = 0; k < NM; k += 2) {
#pragma HLS PIPELINE II=1
            row[k] = C[i][k];
            row[k + 1] = C[i][k + 1];
        }
    second:
        for (int j = 0; j < NL; ++j) {
#pragma HLS PIPELINE II=2
            real sum = 0;
            for (int k = 0; k < NM; ++k) sum += row[k] * d[k][j];
            f[i][j] = F[i][j] = sum;
        }
    }
rows_g:
    for (int i = 0; i < NI; ++i) {
    load_a:
        for (int k = 0; k < NK; k += 2) {
#pragma HLS PIPELINE II=1
            row[k] = A[i][k];
            row[k + 1] = A[i][k + 1];
        }
    first:
        for (int j = 0; j < NJ; ++j) {
#pragma HLS PIPELINE II=2
            real sum = 0;
            for (int k = 0; k < NK; ++k) sum += row[k] * b[k][j];
            e[j] = E[i][j] = sum;
        }
    third:
        for (int j = 0; j < NL; ++j) {
#pragma HLS PIPELINE II=1
            real sum = 0;
            for (int k = 0; k < NJ; ++k) sum += e[k] * f[k][j];
            G[i][j] = sum;
        }
    }
}

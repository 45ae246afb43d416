// y = A^T (A x), by way of tmp.
#include "../../polybench/atax/kernel.h"

void kernel_atax(const real A[M][N], const real x[N], real y[N], real tmp[M]) {
    real row[N], vector[N], total[N];
#pragma HLS ARRAY_PARTITION variable=row complete
#pragma HLS ARRAY_PARTITION variable=vector complete
#pragma HLS ARRAY_PARTITION variable=total complete
load:
    for (int j = 0; j < N; ++j) {
#pragma HLS PIPELINE II=1
        vector[j] = x[j];
        total[j] = 0;
    }
rows:
    for (int i = 0; i < M; ++i) {
#pragma HLS PIPELINE II=21
        real sum = 0;
        for (int j = 0; j < N; ++j) {
            row[j] = A[i][j];
            sum += row[j] * vector[j];
        }
        tmp[i] = sum;
        for (int j = 0; j < N; ++j) total[j] += row[j] * sum;
    }
store:
    for (int j = 0; j < N; ++j) {
#pragma HLS PIPELINE II=1
        y[j] = total[j];
    }
}

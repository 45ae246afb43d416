// s = A^T r and q = A p in one pass.
#include "../../polybench/bicg/kernel.h"

void kernel_bicg(const real A[N][M], real s[M], real q[N], const real p[M], const real r[N]) {
    real vector[M], total[M];
#pragma HLS ARRAY_PARTITION variable=vector complete
#pragma HLS ARRAY_PARTITION variable=total complete
load:
    for (int j = 0; j < M; ++j) {
#pragma HLS PIPELINE II=1
        vector[j] = p[j];
        total[j] = 0;
    }
rows:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=19
        real sum = 0;
        for (int j = 0; j < M; ++j) {
            total[j] += r[i] * A[i][j];
            sum += A[i][j] * vector[j];
        }
        q[i] = sum;
    }
store:
    for (int j = 0; j < M; ++j) {
#pragma HLS PIPELINE II=1
        s[j] = total[j];
    }
}

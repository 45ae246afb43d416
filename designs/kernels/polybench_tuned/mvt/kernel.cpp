// x1 += A y_1 and x2 += A^T y_2.
#include "../../polybench/mvt/kernel.h"

void kernel_mvt(real x1[N], real x2[N], const real y_1[N], const real y_2[N], const real A[N][N]) {
    real vector[N], total[N];
#pragma HLS ARRAY_PARTITION variable=vector complete
#pragma HLS ARRAY_PARTITION variable=total complete
load:
    for (int j = 0; j < N; ++j) {
#pragma HLS PIPELINE II=1
        vector[j] = y_1[j];
        total[j] = x2[j];
    }
rows:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=20
        real sum = x1[i];
        for (int j = 0; j < N; ++j) {
            sum += A[i][j] * vector[j];
            total[j] += A[i][j] * y_2[i];
        }
        x1[i] = sum;
    }
store:
    for (int j = 0; j < N; ++j) {
#pragma HLS PIPELINE II=1
        x2[j] = total[j];
    }
}

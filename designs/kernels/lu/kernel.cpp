// LU decomposition in place, without pivoting.
#include "kernel.h"

void lu(real a[N][N]) {
    real pivot_row[N];
columns:
    for (int k = 0; k < N - 1; ++k) {
    copy:
        for (int j = k; j < N; ++j) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=2 max=8
            pivot_row[j] = a[k][j];
        }
        const real pivot = pivot_row[k];
    rows:
        for (int i = k + 1; i < N; ++i) {
            const real factor = a[i][k] / pivot;
            a[i][k] = factor;
        update:
            for (int j = k + 1; j < N; ++j) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=7
                a[i][j] -= factor * pivot_row[j];
            }
        }
    }
}

// Means of five neighbours, back and forth between two grids.
#include "../../polybench/jacobi-2d/kernel.h"

void kernel_jacobi_2d(real A[N][N], real B[N][N]) {
    real a[N][N], b[N][N];
#pragma HLS ARRAY_RESHAPE variable=a complete dim=2
#pragma HLS ARRAY_RESHAPE variable=b complete dim=2
load:
    for (int i = 0; i < N; ++i)
        for (int j = 0; j < N; j += 2) {
#pragma HLS PIPELINE II=1
            a[i][j] = A[i][j];
            b[i][j] = B[i][j];
            a[i][j + 1] = A[i][j + 1];
            b[i][j + 1] = B[i][j + 1];
        }
time:
    for (int half = 0; half < 2 * STEPS; ++half) {
        real window[3][N];
#pragma HLS ARRAY_PARTITION variable=window complete dim=0
    rows:
        for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
#pragma HLS DEPENDENCE variable=a type=inter dependent=false
#pragma HLS DEPENDENCE variable=b type=inter dependent=false
            for (int j = 0; j < N; ++j) {
                window[0][j] = window[1][j];
                window[1][j] = window[2][j];
                window[2][j] = half % 2 ? b[i][j] : a[i][j];
            }
            for (int j = 1; j < N - 1 && i >= 2; ++j) {
                const real mean = real(0.2) * (window[1][j] + window[1][j - 1] + window[1][j + 1] + window[2][j] + window[0][j]);
                if (half % 2)
                    a[i - 1][j] = mean;
                else
                    b[i - 1][j] = mean;
            }
        }
    }
store:
    for (int i = 0; i < N; ++i)
        for (int j = 0; j < N; j += 2) {
#pragma HLS PIPELINE II=1
            A[i][j] = a[i][j];
            B[i][j] = b[i][j];
            A[i][j + 1] = a[i][j + 1];
            B[i][j + 1] = b[i][j + 1];
        }
}

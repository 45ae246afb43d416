// Steps of the Jacobi iteration between two buffers in turn.
#include "kernel.h"

static void relax(const real from[N][N], real to[N][N]) {
rows:
    for (int i = 1; i < N - 1; ++i)
    points:
        for (int j = 1; j < N - 1; ++j) {
#pragma HLS PIPELINE II=2
            to[i][j] = (from[i - 1][j] + from[i + 1][j] + from[i][j - 1] + from[i][j + 1]) >> 2;
        }
}

void jacobi(real grid[N][N], int steps) {
    real even[N][N], odd[N][N];
#pragma HLS ARRAY_PARTITION variable=even cyclic factor=4 dim=1
#pragma HLS ARRAY_PARTITION variable=odd cyclic factor=4 dim=1
    for (int i = 0; i < N; ++i)
    load:
        for (int j = 0; j < N; ++j) {
#pragma HLS PIPELINE II=1
            even[i][j] = odd[i][j] = grid[i][j];
        }
time:
    for (int t = 0; t < steps; ++t) {
#pragma HLS LOOP_TRIPCOUNT min=1 max=7
        if (t % 2)
            relax(odd, even);
        else
            relax(even, odd);
    }
    for (int i = 0; i < N; ++i)
    store:
        for (int j = 0; j < N; ++j) {
#pragma HLS PIPELINE II=1
            grid[i][j] = steps % 2 ? odd[i][j] : even[i][j];
        }
}

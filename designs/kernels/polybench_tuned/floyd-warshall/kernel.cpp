// All shortest paths.
#include "../../polybench/floyd-warshall/kernel.h"

void kernel_floyd_warshall(real path[N][N]) {
    real d[N][N];
#pragma HLS ARRAY_RESHAPE variable=d complete dim=2
load:
    for (int i = 0; i < N; ++i)
        for (int j = 0; j < N; j += 2) {
#pragma HLS PIPELINE II=1
            d[i][j] = path[i][j];
            d[i][j + 1] = path[i][j + 1];
        }
through:
    for (int k = 0; k < N; ++k) {
        real from_k[N];
#pragma HLS ARRAY_PARTITION variable=from_k complete
        for (int j = 0; j < N; ++j) {
#pragma HLS UNROLL
            from_k[j] = d[k][j];
        }
    rows:
        for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
            const real to_k = d[i][k];
            for (int j = 0; j < N; ++j) {
                const auto via = to_k + from_k[j];
                if (!(d[i][j] < via)) d[i][j] = via;
            }
        }
    }
store:
    for (int i = 0; i < N; ++i)
        for (int j = 0; j < N; j += 2) {
#pragma HLS PIPELINE II=1
            path[i][j] = d[i][j];
            path[i][j + 1] = d[i][j + 1];
        }
}

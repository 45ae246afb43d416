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
            real row[N];
#pragma HLS ARRAY_PARTITION variable=row complete
            for (int j = 0; j < N; ++j) row[j] = d[i][j];
            for (int j = 0; j < N; ++j) {
                const auto via = row[k] + from_k[j];
                d[i][j] = row[j] < via ? row[j] : real(via);
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

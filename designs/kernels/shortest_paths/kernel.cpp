// Floyd and Warshall: a row at a time, its elements in parallel; 4095 means no way.
#include "kernel.h"

void shortest_paths(ap_uint<12> distance[N][N]) {
    ap_uint<12> d[N][N];
#pragma HLS ARRAY_RESHAPE variable=d complete dim=2
load:
    for (int i = 0; i < N; ++i)
        for (int j = 0; j < N; ++j) {
#pragma HLS PIPELINE II=1
            d[i][j] = distance[i][j];
        }
through:
    for (int k = 0; k < N; ++k) {
        ap_uint<12> from_k[N];
#pragma HLS ARRAY_PARTITION variable=from_k complete
        for (int j = 0; j < N; ++j) {
#pragma HLS UNROLL
            from_k[j] = d[k][j];
        }
    rows:
        for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
            const ap_uint<12> to_k = d[i][k];
            for (int j = 0; j < N; ++j) {
                const ap_uint<13> via = to_k + from_k[j];
                if (via < d[i][j]) d[i][j] = via;
            }
        }
    }
store:
    for (int i = 0; i < N; ++i)
        for (int j = 0; j < N; ++j) {
#pragma HLS PIPELINE II=1
            distance[i][j] = d[i][j];
        }
}

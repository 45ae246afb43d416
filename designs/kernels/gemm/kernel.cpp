// C = A * B out of external memory: whole tiles are fetched in bursts, then a dot product a cycle.
#include "kernel.h"

void gemm(const ap_int<16>* a, const ap_int<16>* b, ap_int<40>* c) {
#pragma HLS INTERFACE m_axi port=a bundle=gmem0 depth=256 offset=slave
#pragma HLS INTERFACE m_axi port=b bundle=gmem1 depth=256 offset=slave
#pragma HLS INTERFACE m_axi port=c bundle=gmem0 depth=256 offset=slave
#pragma HLS INTERFACE s_axilite port=return
    ap_int<16> rows[N][N], columns[N][N];
#pragma HLS ARRAY_PARTITION variable=rows complete dim=2
#pragma HLS ARRAY_PARTITION variable=columns complete dim=1

load_a:
    for (int i = 0; i < N * N; ++i) {
#pragma HLS PIPELINE II=1
        rows[i / N][i % N] = a[i];
    }
load_b:
    for (int i = 0; i < N * N; ++i) {
#pragma HLS PIPELINE II=1
        columns[i / N][i % N] = b[i];
    }
multiply:
    for (int i = 0; i < N * N; ++i) {
#pragma HLS PIPELINE II=1
        ap_int<40> sum = 0;
        for (int k = 0; k < N; ++k) sum += rows[i / N][k] * columns[k][i % N];
        c[i] = sum;
    }
}

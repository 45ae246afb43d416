// A matrix in external memory, transposed tile by tile so that both sides move in bursts.
#include "kernel.h"

static void fetch(const ap_uint<32>* in, ap_uint<32> tile[TILE][TILE], int row, int column) {
    for (int i = 0; i < TILE; ++i)
    fetch:
        for (int j = 0; j < TILE; ++j) {
#pragma HLS PIPELINE II=1
            tile[i][j] = in[(row + i) * N + column + j];
        }
}

static void store(ap_uint<32>* out, const ap_uint<32> tile[TILE][TILE], int row, int column) {
    for (int i = 0; i < TILE; ++i)
    store:
        for (int j = 0; j < TILE; ++j) {
#pragma HLS PIPELINE II=1
            out[(row + i) * N + column + j] = tile[j][i];
        }
}

void transpose(const ap_uint<32>* in, ap_uint<32>* out) {
#pragma HLS INTERFACE m_axi port=in bundle=gmem0 depth=1024
#pragma HLS INTERFACE m_axi port=out bundle=gmem1 depth=1024
#pragma HLS INTERFACE s_axilite port=return
    ap_uint<32> tile[TILE][TILE];
rows:
    for (int row = 0; row < N; row += TILE)
    columns:
        for (int column = 0; column < N; column += TILE) {
            fetch(in, tile, row, column);
            store(out, tile, column, row);
        }
}

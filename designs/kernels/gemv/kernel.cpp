// y = A * x: the matrix streams by, four columns a beat.
#include "kernel.h"

void gemv(hls::stream<lanes>& matrix, const weight x[COLUMNS], sum y[ROWS]) {
#pragma HLS INTERFACE axis port=matrix
    weight held[COLUMNS];
#pragma HLS ARRAY_PARTITION variable=held cyclic factor=4
load:
    for (int k = 0; k < COLUMNS; ++k) {
#pragma HLS PIPELINE II=1
        held[k] = x[k];
    }
rows:
    for (int i = 0; i < ROWS; ++i) {
        sum total = 0;
    columns:
        for (int k = 0; k < COLUMNS; k += LANES) {
#pragma HLS PIPELINE II=1
            const lanes beat = matrix.read();
            for (int lane = 0; lane < LANES; ++lane) total += beat.of[lane] * held[k + lane];
        }
        y[i] = total;
    }
}

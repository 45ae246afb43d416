// Sparse matrix times vector, compressed rows of any length, empty ones too.
#include "kernel.h"

void spmv(const int row_begin[ROWS + 1], const ap_uint<8> column[NONZEROS], const ap_int<16> value[NONZEROS],
          const ap_int<16> x[256], ap_int<40> y[ROWS]) {
    int begin = row_begin[0];
rows:
    for (int row = 0; row < ROWS; ++row) {
        const int end = row_begin[row + 1];
        ap_int<40> sum = 0;
    entries:
        for (int k = begin; k < end; ++k) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=0 max=40
            sum += value[k] * x[column[k]];
        }
        y[row] = sum;
        begin = end;
    }
}

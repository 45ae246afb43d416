// A = L * L^T by columns; the square root digit by digit.
#include "kernel.h"

static real root(real x) {
    ap_uint<52> rest = 0, bits = ap_uint<32>(x.range());
    bits <<= 20;  // the root of x * 2^20 as an integer has 20 fraction bits again
    ap_uint<26> result = 0;
digits:
    for (int i = 25; i >= 0; --i) {
#pragma HLS PIPELINE II=1
        rest = rest << 2 | (bits >> 2 * i & 3);
        const ap_uint<28> trial = ap_uint<28>(result) << 2 | 1;
        result <<= 1;
        if (rest >= trial) {
            rest -= trial;
            result |= 1;
        }
    }
    real y;
    y.range() = result;
    return y;
}

void cholesky(const real a[N][N], real l[N][N]) {
columns:
    for (int j = 0; j < N; ++j) {
        ap_fixed<64, 24> diagonal = a[j][j];
    squares:
        for (int k = 0; k < j; ++k) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=0 max=7
            diagonal -= l[j][k] * l[j][k];
        }
        const real pivot = root(diagonal);
    rows:
        for (int i = 0; i < N; ++i) {
            if (i < j) {
                l[i][j] = 0;
                continue;
            }
            ap_fixed<64, 24> sum = a[i][j];
        products:
            for (int k = 0; k < j; ++k) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=0 max=7
                sum -= l[i][k] * l[j][k];
            }
            l[i][j] = i == j ? pivot : real(sum / pivot);
        }
    }
}

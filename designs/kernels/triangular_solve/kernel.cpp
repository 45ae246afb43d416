// U * x = b by back substitution: each unknown, once known, is taken out of all equations above it.
#include "kernel.h"

void triangular_solve(const real u[N][N], const real b[N], real x[N]) {
    ap_fixed<40, 16> rest[N];
#pragma HLS BIND_STORAGE variable=rest type=ram_2p impl=lutram
load:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        rest[i] = b[i];
    }
unknowns:
    for (int j = N - 1; j >= 0; --j) {
        const real known = rest[j] / u[j][j];
        x[j] = known;
    eliminate:
        for (int i = 0; i < j; ++i) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=0 max=15
            rest[i] -= u[i][j] * known;
        }
    }
}

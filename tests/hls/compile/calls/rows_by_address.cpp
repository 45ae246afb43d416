// Rows of a divided array that LLVM reaches by one number in which the row does not show: 3 times a bit.
#include "ap_int.h"
#include "hls_stream.h"
void top(hls::stream<long long>& in, hls::stream<ap_uint<9>>& out) {
    long long x; while (in.empty()) {} x = in.read();
    ap_uint<9> planes[4][2][3];
    for (int i = 0; i < 4; ++i) for (int j = 0; j < 2; ++j) for (int k = 0; k < 3; ++k) planes[i][j][k] = ap_uint<9>(i * 3 + j * 3 + k * 6);
#pragma HLS ARRAY_RESHAPE variable=planes block factor=1 dim=2
    for (int i = 3; i >= 0; --i) {
        out.write(planes[i][int(unsigned(i) & 1)][int((unsigned(x) & 1) + 1)]);
        x = 0;
    }
}

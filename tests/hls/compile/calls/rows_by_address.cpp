// Indices of arrays divided by rows that LLVM has made one number of, in which the row does not show.
#include "ap_int.h"
#include "hls_stream.h"

void top(hls::stream<ap_int<4>>& in, hls::stream<ap_uint<8>>& out) {
    const ap_int<4> x = in.read();
    ap_uint<8> rows[2][3], planes[4][2][3];
#pragma HLS ARRAY_PARTITION variable=rows complete dim=1
#pragma HLS ARRAY_PARTITION variable=planes complete dim=2
    for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 3; ++j) rows[i][j] = i * 3 + j;
    for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 2; ++j)
            for (int k = 0; k < 3; ++k) planes[i][j][k] = i * 50 + j * 9 + k;
    out.write(rows[unsigned(x) & 1][0]);
    out.write((&rows[0][0])[unsigned(x) & 3]);
    for (int k = 0; k < 4; ++k) out.write((&rows[0][0])[k]);
    for (int i = 3; i >= 0; --i) out.write(planes[i][i & 1][(unsigned(x) & 1) + 1]);
}

// Elements wider than 128 bits, which Clang keeps as bytes: copied as a whole to a streamed array, in rows of a table.
#include "ap_int.h"

ap_int<192> top(ap_uint<150> before, const ap_uint<150> in[8], ap_uint<150> out[8], int row, ap_uint<192>& last) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
    static const ap_uint<192> table[1][2][3] = {{{5, 6, 7}, {8, 9, 10}}};
#pragma HLS ARRAY_RESHAPE variable=table complete dim=3
    for (int i = 0; i < 8; ++i) {
        const ap_uint<150> word = in[i];
        if (word[0]) out[i] = before;
        else out[i] = word + 1;
    }
    static ap_int<192> steady = 3;
    last = table[0][row & 1][0] + table[0][1][row & 1] + table[0][0][2];
    return steady;
}

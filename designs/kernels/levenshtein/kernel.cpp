// Edit distance with one row of the table in memory.
#include "ap_int.h"
#include "kernel.h"

int levenshtein(const char a[LONGEST], int a_length, const char b[LONGEST], int b_length) {
    ap_uint<6> row[LONGEST + 1];
#pragma HLS ARRAY_PARTITION variable=row complete
start:
    for (int j = 0; j <= LONGEST; ++j) row[j] = j;
rows:
    for (int i = 0; i < a_length; ++i) {
#pragma HLS LOOP_TRIPCOUNT min=0 max=40
        const char letter = a[i];
        ap_uint<6> diagonal = i, left = i + 1;
        row[0] = left;
    columns:
        for (int j = 0; j < b_length; ++j) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=0 max=40
            const ap_uint<6> above = row[j + 1];
            ap_uint<6> best = diagonal + (letter != b[j]);
            if (above + 1 < best) best = above + 1;
            if (left + 1 < best) best = left + 1;
            row[j + 1] = best;
            diagonal = above;
            left = best;
        }
    }
    return row[b_length];
}

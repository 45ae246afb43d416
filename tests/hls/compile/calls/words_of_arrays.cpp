#include "words_of_arrays.h"

short weights[8] = {3, -1, 4, -1, 5, -9, 2, 6};  // not const, so that a test bench could fill it

static void fill(level roots[16], short rises[16]) {
    for (int i = 0; i < 16; i++) {
        roots[i] = std::sqrt(i * i * 0.0625f);
        rises[i] = (short)std::floor(i * 1.75);
    }
}

void top(narrow joined[5], narrow apart[3], short both[2], short made[4], level looked[3]) {
#pragma HLS ARRAY_RESHAPE variable=joined complete dim=0
#pragma HLS ARRAY_PARTITION variable=apart, both,made,looked complete
#pragma HLS INTERFACE ap_vld port=joined,apart, made
#pragma HLS INTERFACE ap_none port=looked
    level roots[16];
    short rises[16];
    fill(roots, rises);
    for (int i = 0; i < 4; i++) made[i] = joined[i] * weights[i] + apart[i % 3] * weights[i + 4];
    for (int i = 0; i < 3; i++) looked[i] = roots[apart[i] & 15];
    if (joined[4] > 0) both[1] = both[0] + rises[joined[4] & 15];
}

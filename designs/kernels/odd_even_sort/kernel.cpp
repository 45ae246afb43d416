// Odd-even transposition: neighbours are exchanged in N rounds, all pairs of a round at once.
#include "kernel.h"

void odd_even_sort(ap_uint<20> keys[N]) {
    ap_uint<20> v[N];
#pragma HLS ARRAY_PARTITION variable=v complete
load:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        v[i] = keys[i];
    }
rounds:
    for (int round = 0; round < N; ++round) {
#pragma HLS PIPELINE II=1
        for (int i = 0; i + 1 < N; ++i)
            if ((i ^ round) % 2 == 0 && v[i] > v[i + 1]) {
                const ap_uint<20> other = v[i];
                v[i] = v[i + 1];
                v[i + 1] = other;
            }
    }
store:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        keys[i] = v[i];
    }
}

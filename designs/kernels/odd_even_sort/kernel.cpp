// Odd-even transposition: neighbours are exchanged in N rounds, all pairs of a round at once.
#include "kernel.h"

static void exchange(ap_uint<20> v[N], int first) {
    for (int i = first; i + 1 < N; i += 2)
        if (v[i] > v[i + 1]) {
            const ap_uint<20> other = v[i];
            v[i] = v[i + 1];
            v[i + 1] = other;
        }
}

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
        if (round % 2)
            exchange(v, 1);
        else
            exchange(v, 0);
    }
store:
    for (int i = 0; i < N; ++i) {
#pragma HLS PIPELINE II=1
        keys[i] = v[i];
    }
}

// 0/1 knapsack by dynamic programming; every decision is kept to find the items again.
#include "kernel.h"

ap_uint<16> knapsack(const ap_uint<7> weight[ITEMS], const ap_uint<10> value[ITEMS], bool taken[ITEMS]) {
    ap_uint<16> best[CAPACITY + 1];
    bool takes[ITEMS][CAPACITY + 1];
clear:
    for (int c = 0; c <= CAPACITY; ++c) {
#pragma HLS PIPELINE II=1
        best[c] = 0;
    }
items:
    for (int n = 0; n < ITEMS; ++n) {
        const ap_uint<7> w = weight[n];
        const ap_uint<10> v = value[n];
    capacities:
        for (int c = CAPACITY; c >= 0; --c) {  // downwards: an item counts once
#pragma HLS PIPELINE II=1
#pragma HLS DEPENDENCE variable=best type=inter dependent=false
            const ap_uint<16> without = best[c];
            const ap_uint<16> with = c >= w ? ap_uint<16>(best[c - w] + v) : ap_uint<16>(0);
            takes[n][c] = with > without;
            best[c] = with > without ? with : without;
        }
    }
    int left = CAPACITY;
trace:
    for (int n = ITEMS - 1; n >= 0; --n) {
        taken[n] = takes[n][left];
        if (taken[n]) left -= weight[n];
    }
    return best[CAPACITY];
}

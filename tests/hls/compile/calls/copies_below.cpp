// Numbers passed by value, whose copies a function that is a module of its own changes through references.
#include "ap_int.h"

static void step(ap_uint<100>& n, ap_int<77>& s, int k) {
#pragma HLS INLINE off
    for (int i = 0; i < 8; ++i) {
        n = n * 3 + k;
        s = s * 5 - k;
    }
}

void top(ap_uint<100> n, ap_int<77> s, int k, ap_uint<100>* grown, ap_int<77>* fallen, bool* is_below) {
    step(n, s, k);
    *grown = n;
    *fallen = s;
    *is_below = s < 0 && n > 5;
}

// Numbers of odd widths by reference, of the top and of its own, to one module.
#include "ap_int.h"
static void step(ap_int<18>& a, ap_uint<5>& b) {
#pragma HLS INLINE off
    a = a * 3 + b; b = b + 7;
}
int top(ap_int<18>& r, ap_uint<5>& u, int n) {
    ap_int<18> v = n; ap_uint<5> w = n;
    step(v, w);
    step(r, u);
    step(r, w);
    step(v, u);
    return v + w;
}

// Functions with modules of their own whose result is too large for a register of LLVM: it goes where the caller says.
#include "ap_int.h"
struct Wide { ap_uint<90> a; short b[4]; };
static ap_uint<192> mixed(ap_uint<192> x, int n) {
#pragma HLS INLINE off
    for (int i = 0; i < n; ++i) x = (x << 7) ^ (x >> 3) ^ i;
    return x;
}
static Wide made(ap_uint<192> x, int n) {
#pragma HLS INLINE off
    Wide w = {ap_uint<90>(x), {1, 2, 3, short(n)}};
    for (int i = 0; i < n; ++i) w.b[i & 3] += short(x >> i);
    return w;
}
ap_uint<192> top(ap_uint<192> x, int n) {
    if (n > 5) x += made(x, n).b[2];
    return mixed(x, n);
}

#include "ap_int.h"
struct V { ap_uint<128> k; short z[3]; bool b; };
struct Signs { ap_int<1> a, b; short c; };
ap_uint<128> top(ap_uint<128> key, V v, Signs s, int n);
int main() { for (int c = 0; c < 5; ++c) { V v; v.k = ap_uint<128>(c * 12345) << 70; for (int i = 0; i < 3; ++i) v.z[i] = i * 100 - c; v.b = c & 1; ap_uint<128> k = 99 + c; k <<= 100; top(k, v, {c & 1, c >> 1, short(c * 1000)}, c * 3); } return 0; }

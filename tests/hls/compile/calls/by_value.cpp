#include "ap_int.h"
struct V { ap_uint<128> k; short z[3]; bool b; };
struct Signs { ap_int<1> a, b; short c; };
ap_uint<128> top(ap_uint<128> key, V v, Signs s, int n) {
    for (int i = 0; i < n; ++i) { key = (key << 3) ^ v.k; v.z[i % 3] += i; v.k += v.z[(i + 1) % 3]; if (v.b) key = ~key; }
    if (s.a < s.b) key += s.c;
    return key + v.z[0] + v.z[1] * 3 + v.z[2] * 5;
}

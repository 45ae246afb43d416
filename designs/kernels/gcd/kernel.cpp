// Greatest common divisor by halving and subtraction; the least common multiple by a division. 0 and 0 give 0.
#include "kernel.h"

static uint32_t binary_gcd(uint32_t a, uint32_t b) {
    if (a == 0) return b;
    if (b == 0) return a;
    int shift = 0;
    for (; ((a | b) & 1) == 0; ++shift) a >>= 1, b >>= 1;
    while ((a & 1) == 0) a >>= 1;
    do {
#pragma HLS LOOP_TRIPCOUNT min=1 max=40
        while ((b & 1) == 0) b >>= 1;
        if (a > b) {
            const uint32_t t = a;
            a = b;
            b = t;
        }
        b -= a;
    } while (b != 0);
    return a << shift;
}

void gcd(uint32_t a, uint32_t b, uint32_t& divisor, uint64_t& multiple) {
#pragma HLS INTERFACE s_axilite port=a
#pragma HLS INTERFACE s_axilite port=b
#pragma HLS INTERFACE s_axilite port=divisor
#pragma HLS INTERFACE s_axilite port=multiple
#pragma HLS INTERFACE s_axilite port=return
    divisor = binary_gcd(a, b);
    multiple = divisor ? uint64_t(a / divisor) * b : 0;
}

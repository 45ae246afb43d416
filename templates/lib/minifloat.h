// Minifloats: a sign, E exponent bits, M mantissa bits, subnormals, no Inf or NaN among the codes that flow.
//
// A code stands for significand * 2^shift in units of the smallest subnormal, so the product of two minifloats is one small
// integer product and one shift, and a sum of products is an integer of fixed width: exact, whatever the order.
#ifndef MINIFLOAT_H
#define MINIFLOAT_H

#include "ap_int.h"

// The signed significand: the mantissa, with the hidden one unless the number is subnormal.
template <int E, int M>
ap_int<M + 2> minifloat_significand(const ap_uint<1 + E + M>& code) {
#pragma HLS INLINE
    const ap_uint<E> field = code.range(E + M - 1, M);
    ap_uint<M + 1> magnitude = code;
    magnitude[M] = field != 0;
    const ap_int<M + 2> positive = magnitude;
    const ap_int<M + 2> negative = -positive;
    return code[E + M] ? negative : positive;
}

// How far the significand is shifted left.
template <int E, int M>
ap_uint<E> minifloat_shift(const ap_uint<1 + E + M>& code) {
#pragma HLS INLINE
    const ap_uint<E> field = code.range(E + M - 1, M);
    const ap_uint<E> above_first = field - 1;
    return field == 0 ? field : above_first;
}

// The bits of an integer that is in the order of the values, -0 below +0; and back, for it is its own inverse.
template <int WIDTH>
ap_uint<WIDTH> minifloat_order(const ap_uint<WIDTH>& code) {
#pragma HLS INLINE
    ap_uint<WIDTH> flipped = ~code;
    flipped[WIDTH - 1] = 1;
    return code[WIDTH - 1] ? flipped : code;
}

constexpr int minifloat_max(int a, int b) { return a > b ? a : b; }
constexpr int minifloat_bits(int n) {
    int bits = 0;
    while (n >> bits) {
        ++bits;
    }
    return bits;
}

// The minifloat nearest to `sum`: ties to even, saturated at MAX_CODE, the sign of a negative sum kept even by a result of 0.
// The smallest subnormal weighs 2^OFFSET units of `sum`.
template <int E, int M, int MAX_CODE, int OFFSET, int P>
ap_uint<1 + E + M> minifloat_encode(const ap_int<P>& sum) {
#pragma HLS INLINE
    const int SMALLEST = M + OFFSET; // position of the leading one of the smallest normal number
    const int WIDTH = minifloat_max(P, minifloat_max(SMALLEST + 1, M + 3));
    const int MOST = WIDTH - 1 - SMALLEST; // the most that is shifted: by a subnormal
    const bool negative = sum < 0;
    const ap_int<P + 1> opposite = -sum;
    ap_uint<WIDTH> magnitude = negative ? ap_uint<P>(opposite) : ap_uint<P>(sum);

    // Shift the leading one to the top, but no further than a subnormal goes.
    ap_uint<WIDTH> marked = magnitude;
    marked[SMALLEST] = 1;
    ap_uint<minifloat_bits(MOST) + 1> exponent = MOST;
minifloat_normalise:
    for (int step = minifloat_bits(MOST) - 1; step >= 0; --step) {
#pragma HLS UNROLL
        const int distance = 1 << step;
        const ap_uint<WIDTH> top = marked >> (WIDTH - distance);
        if (top == 0) {
            marked <<= distance;
            magnitude <<= distance;
            exponent -= distance;
        }
    }

    // Round. The hidden one and a carry of the rounding add to the exponent field by themselves.
    const ap_uint<M + 1> kept = magnitude.range(WIDTH - 1, WIDTH - 1 - M);
    const bool half = magnitude[WIDTH - 2 - M];
    const ap_uint<WIDTH - 2 - M> rest = magnitude;
    const ap_uint<1> up = half && (rest != 0 || kept[0]);
    ap_uint<minifloat_bits(MOST) + M + 2> code = exponent;
    code = (code << M) + kept + up;
    if (code > MAX_CODE) {
        code = MAX_CODE;
    }
    ap_uint<1 + E + M> result = code;
    result[E + M] = negative;
    return result;
}

#endif

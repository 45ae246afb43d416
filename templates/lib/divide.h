// Unsigned division, one bit of the quotient a row, and whether it left a remainder.
#ifndef DIVIDE_H
#define DIVIDE_H

#include "ap_int.h"

// numerator / denominator in the upper bits, "there is a remainder" in bit 0. The quotient must fit QUOTIENT bits, that is
// numerator < denominator * 2^QUOTIENT.
template <int QUOTIENT, int N, int D>
ap_uint<QUOTIENT + 1> divide_jammed(const ap_uint<N>& numerator, const ap_uint<D>& denominator) {
#pragma HLS INLINE
    ap_uint<D + 1> rest = numerator >> QUOTIENT;
    ap_uint<QUOTIENT> quotient = 0;
divide_rows:
    for (int bit = QUOTIENT - 1; bit >= 0; --bit) {
#pragma HLS UNROLL
        rest = (rest << 1) | ap_uint<D + 1>(bit < N ? numerator[bit] : false);
        const bool fits = rest >= denominator;
        if (fits) {
            rest -= denominator;
        }
        quotient[bit] = fits;
    }
    ap_uint<QUOTIENT + 1> jammed = quotient;
    jammed = (jammed << 1) | ap_uint<QUOTIENT + 1>(rest != 0);
    return jammed;
}

#endif

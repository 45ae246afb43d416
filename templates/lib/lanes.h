// Elements in words: element i of a word lies in its bits [BITS * i, BITS * (i + 1)).
#ifndef LANES_H
#define LANES_H

#include "ap_int.h"

template <int BITS, int WIDTH>
ap_uint<BITS> get_lane(const ap_uint<WIDTH>& word, int i) {
#pragma HLS INLINE
    return word.range(BITS * i + BITS - 1, BITS * i);
}

template <int BITS, int WIDTH>
void set_lane(ap_uint<WIDTH>& word, int i, const ap_uint<BITS>& element) {
#pragma HLS INLINE
    word.range(BITS * i + BITS - 1, BITS * i) = element;
}

#endif

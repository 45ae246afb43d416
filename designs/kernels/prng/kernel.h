#pragma once
#include "ap_int.h"
#include "hls_stream.h"

struct numbers {
    ap_uint<23> lfsr;
    ap_uint<32> xorshift;
};

void prng(hls::stream<numbers>& out, int count, bool reseed, ap_uint<32> seed);

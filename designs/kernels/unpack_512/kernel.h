#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int WORDS = 24, LANES = 16;

void unpack_512(const ap_uint<512>* in, ap_uint<512>* out, hls::stream<ap_uint<32>>& sums);

#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int SYMBOLS = 16, LONGEST = 8;

int huffman_decode(hls::stream<ap_uint<32>>& bits, hls::stream<ap_uint<4>>& symbols,
                   const ap_uint<4> length_of[SYMBOLS], int count);

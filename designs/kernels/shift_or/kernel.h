#pragma once
#include "ap_axi_sdata.h"
#include "hls_stream.h"

const int LENGTH = 24;
typedef ap_axiu<8, 0, 0, 0> letter;
typedef ap_axiu<16, 0, 0, 0> match;

void shift_or(hls::stream<letter>& text, hls::stream<match>& ends, const ap_uint<8> pattern[LENGTH], int length);

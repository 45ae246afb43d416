#pragma once
#include "ap_int.h"
#include "hls_stream.h"

void chacha20(hls::stream<ap_uint<32>>& in, hls::stream<ap_uint<32>>& out, ap_uint<256> key, ap_uint<96> nonce,
              ap_uint<32> counter, int words);

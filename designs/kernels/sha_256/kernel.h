#pragma once
#include "ap_int.h"
#include "hls_stream.h"

void sha_256(hls::stream<ap_uint<32>>& words, ap_uint<256>& digest, int blocks);

#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int WAYS = 4, ITEMS = 30;

void round_robin(hls::stream<ap_uint<16>> in[WAYS], hls::stream<ap_uint<18>>& out, hls::stream<ap_uint<16>> back[WAYS]);

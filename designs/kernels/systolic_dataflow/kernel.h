#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int N = 16, DEPTH = 64;

void systolic_dataflow(hls::stream<ap_uint<8 * N>>& a, hls::stream<ap_uint<8 * N>>& b,
                       hls::stream<ap_uint<24 * N>>& c);

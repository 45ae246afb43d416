#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int WINDOW = 256;

// bit 16: a copy (distance in bits 15-8, less one; length in bits 7-0), else a literal in bits 7-0
typedef ap_uint<17> token;

int lz_decode(hls::stream<token>& in, hls::stream<ap_uint<8>>& out, int tokens);

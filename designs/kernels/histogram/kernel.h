#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int BINS = 64;

void histogram(hls::stream<ap_uint<6>>& in, ap_uint<16> bins[BINS], int count);

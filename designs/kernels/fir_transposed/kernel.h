#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int TAPS = 24, SAMPLES = 128;

void fir_transposed(hls::stream<ap_int<16>>& in, hls::stream<ap_int<38>>& out);

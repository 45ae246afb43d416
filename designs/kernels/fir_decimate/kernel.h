#pragma once
#include "ap_fixed.h"
#include "hls_stream.h"

const int FACTOR = 4, TAPS = 32, OUTPUTS = 40;
typedef ap_fixed<16, 1> sample;

void fir_decimate(hls::stream<sample>& in, hls::stream<sample>& out);

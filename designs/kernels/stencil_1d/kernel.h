#pragma once
#include "ap_int.h"
#include "hls_stream.h"

typedef ap_int<16> sample;

void stencil_1d(hls::stream<sample>& in, hls::stream<sample>& out, int count);

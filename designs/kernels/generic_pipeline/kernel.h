#pragma once
#include "ap_fixed.h"
#include "hls_stream.h"

const int COUNT = 80;
typedef ap_fixed<20, 8> real;

void generic_pipeline(hls::stream<real>& in, hls::stream<real>& out, real gain, real offset);

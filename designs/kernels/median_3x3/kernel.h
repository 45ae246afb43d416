#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int WIDTH = 24, HEIGHT = 18;
typedef ap_uint<8> pixel;

void median_3x3(hls::stream<pixel>& in, hls::stream<pixel>& out);

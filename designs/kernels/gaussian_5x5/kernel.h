#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int WIDTH = 32, HEIGHT = 16;
typedef ap_uint<8> pixel;

void gaussian_5x5(hls::stream<pixel>& in, hls::stream<pixel>& out);

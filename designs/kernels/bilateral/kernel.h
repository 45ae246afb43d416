#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int WIDTH = 20, HEIGHT = 14;
typedef ap_uint<8> pixel;

void bilateral(hls::stream<pixel>& in, hls::stream<pixel>& out);

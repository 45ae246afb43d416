#pragma once
#include "ap_axi_sdata.h"
#include "hls_stream.h"

const int WIDTH = 32, HEIGHT = 20;
typedef ap_axiu<8, 1, 0, 0> beat;  // user: start of frame, last: end of line

void sobel(hls::stream<beat>& in, hls::stream<beat>& out);

#pragma once
#include "ap_axi_sdata.h"
#include "hls_stream.h"

const int WIDTH = 16, HEIGHT = 12, CHANNELS = 4;
typedef ap_axiu<8 * CHANNELS, 0, 0, 0> beat;

void max_pool(hls::stream<beat>& in, hls::stream<beat>& out);

#pragma once
#include "ap_axi_sdata.h"
#include "hls_stream.h"

typedef ap_axiu<32, 0, 0, 0> beat;

void crc32_slicing(hls::stream<beat>& in, ap_uint<32>& crc);

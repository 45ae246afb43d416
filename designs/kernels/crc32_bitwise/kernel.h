#pragma once
#include "ap_int.h"
#include "hls_stream.h"

ap_uint<32> crc32_bitwise(hls::stream<ap_uint<8>>& in, int length);

#pragma once
#include "ap_int.h"
#include "hls_stream.h"

typedef ap_uint<128> block;  // byte 0 on top

void aes_128(hls::stream<block>& plain, hls::stream<block>& coded, block key, int blocks);

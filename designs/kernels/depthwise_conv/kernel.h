#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int CHANNELS = 6, WIDTH = 12, HEIGHT = 10;

void depthwise_conv(hls::stream<ap_int<8>>& in, hls::stream<ap_int<20>>& out, const ap_int<8> taps[CHANNELS][9]);

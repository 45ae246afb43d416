#pragma once
#include "ap_fixed.h"
#include "hls_stream.h"

struct rgb {
    ap_uint<8> r, g, b;
};
struct yuv {
    ap_uint<8> y, u, v;
};

void rgb_to_yuv(hls::stream<rgb>& in, hls::stream<yuv>& out, int pixels);

#pragma once
#include "ap_fixed.h"
#include "hls_stream.h"

const int N = 64;
typedef ap_fixed<18, 2> part;
struct complex {
    part re, im;
};

void fft_stream(hls::stream<complex>& in, hls::stream<complex>& out, int blocks);

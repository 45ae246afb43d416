#pragma once
#include "ap_fixed.h"
#include "hls_stream.h"

const int TAPS = 8;

template <class T> struct complex {
    T re, im;
};
typedef complex<ap_fixed<16, 2>> sample;
typedef complex<ap_fixed<40, 10>> sum;

void fir_complex(hls::stream<sample>& in, hls::stream<sum>& out, const sample taps[TAPS], int count);

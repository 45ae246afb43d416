#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int N = 16;
struct group {
    ap_int<16> key[N];
};

void bitonic_sort(hls::stream<group>& in, hls::stream<group>& out, int groups);

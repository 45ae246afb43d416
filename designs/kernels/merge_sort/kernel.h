#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int N = 64;
typedef ap_uint<16> key;

void merge_sort(hls::stream<key>& in, hls::stream<key>& out);

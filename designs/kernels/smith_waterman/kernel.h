#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int QUERY = 24;
typedef ap_uint<2> base;
typedef ap_uint<10> score;

score smith_waterman(const base query[QUERY], hls::stream<base>& reference, int length);

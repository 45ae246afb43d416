#pragma once

#include "ap_fixed.h"
#include "hls_stream.h"

typedef ap_fixed<32, 12, AP_RND, AP_SAT> number;

void kalman(hls::stream<number>& x, hls::stream<number>& y, hls::stream<number>& at_x, hls::stream<number>& at_y);

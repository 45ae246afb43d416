#pragma once
#include "ap_fixed.h"
#include "hls_stream.h"

const int WIDTH = 16, HEIGHT = 12, LIMIT = 40;
typedef ap_fixed<30, 7> real;

void mandelbrot(hls::stream<ap_uint<6>>& out, real left, real top, real step);

#pragma once
#include "ap_int.h"

const int WIDTH = 32, HEIGHT = 24, PIXELS = WIDTH * HEIGHT;

void equalise(const ap_uint<8>* in, ap_uint<8>* out);

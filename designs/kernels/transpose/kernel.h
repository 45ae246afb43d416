#pragma once
#include "ap_int.h"

const int N = 32, TILE = 8;

void transpose(const ap_uint<32>* in, ap_uint<32>* out);

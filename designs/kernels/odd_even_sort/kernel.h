#pragma once
#include "ap_int.h"

const int N = 32;

void odd_even_sort(ap_uint<20> keys[N]);

#pragma once
#include "ap_int.h"

const int IN = 4, OUT = 8, SIZE = 10, KERNEL = 3, RESULT = SIZE - KERNEL + 1;
typedef ap_int<8> byte;

void conv_2d(const byte* image, const byte* weights, const int* bias, byte* result, int shift);

#pragma once
#include "ap_int.h"

const int N = 256, LANES = 4;

void prefix_sum(const int* in, int* out, int count);

#pragma once
#include "ap_fixed.h"

const int M = 38, N = 42;
typedef ap_fixed<32, 16> real;

void kernel_atax(const real A[M][N], const real x[N], real y[N], real tmp[M]);

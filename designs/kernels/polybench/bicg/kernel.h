#pragma once
#include "ap_fixed.h"

const int M = 38, N = 42;
typedef ap_fixed<32, 16> real;

void kernel_bicg(const real A[N][M], real s[M], real q[N], const real p[M], const real r[N]);

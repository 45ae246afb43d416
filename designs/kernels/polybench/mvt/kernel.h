#pragma once
#include "ap_fixed.h"

const int N = 40;
typedef ap_fixed<32, 16> real;

void kernel_mvt(real x1[N], real x2[N], const real y_1[N], const real y_2[N], const real A[N][N]);

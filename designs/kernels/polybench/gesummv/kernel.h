#pragma once
#include "ap_fixed.h"

const int N = 30;
typedef ap_fixed<32, 16> real;

void kernel_gesummv(real alpha, real beta, const real A[N][N], const real B[N][N], real tmp[N], const real x[N],
                    real y[N]);

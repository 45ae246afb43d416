#pragma once
#include "ap_fixed.h"

const int N = 16;
typedef ap_fixed<24, 8> real;

void triangular_solve(const real u[N][N], const real b[N], real x[N]);

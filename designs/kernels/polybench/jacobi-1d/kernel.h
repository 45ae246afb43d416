#pragma once
#include "ap_fixed.h"

const int STEPS = 20, N = 30;
typedef ap_fixed<32, 16> real;

void kernel_jacobi_1d(real A[N], real B[N]);

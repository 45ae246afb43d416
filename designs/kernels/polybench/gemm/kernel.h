#pragma once
#include "ap_fixed.h"

const int NI = 20, NJ = 25, NK = 30;
typedef ap_fixed<32, 16> real;

void kernel_gemm(real alpha, real beta, real C[NI][NJ], const real A[NI][NK], const real B[NK][NJ]);

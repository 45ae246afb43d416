#pragma once
#include "ap_fixed.h"

const int NI = 16, NJ = 18, NK = 22, NL = 24;
typedef ap_fixed<32, 16> real;

void kernel_2mm(real alpha, real beta, real tmp[NI][NJ], const real A[NI][NK], const real B[NK][NJ],
                const real C[NJ][NL], real D[NI][NL]);

#pragma once
#include "ap_fixed.h"

const int NI = 16, NJ = 18, NK = 20, NL = 22, NM = 24;
typedef ap_fixed<32, 16> real;

void kernel_3mm(real E[NI][NJ], const real A[NI][NK], const real B[NK][NJ], real F[NJ][NL], const real C[NJ][NM],
                const real D[NM][NL], real G[NI][NL]);

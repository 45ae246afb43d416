#pragma once
#include "ap_fixed.h"

const int N = 16;
typedef ap_fixed<24, 8, AP_RND> real;

void jacobi(real grid[N][N], int steps);

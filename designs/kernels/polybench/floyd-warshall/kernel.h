#pragma once
#include "ap_fixed.h"

const int N = 60;
typedef ap_fixed<32, 16> real;

void kernel_floyd_warshall(real path[N][N]);

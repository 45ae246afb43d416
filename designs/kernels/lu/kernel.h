#pragma once
#include "ap_fixed.h"

const int N = 8;
typedef ap_fixed<32, 12> real;

void lu(real a[N][N]);

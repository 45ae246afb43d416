#pragma once
#include "ap_fixed.h"

const int N = 8;
typedef ap_fixed<32, 12, AP_RND, AP_SAT> real;

void cholesky(const real a[N][N], real l[N][N]);

#pragma once
#include "ap_fixed.h"

const int N = 64, LOG = 6;
typedef ap_fixed<18, 2, AP_RND> part;
struct complex {
    part re, im;
};

void fft_64(complex x[N]);

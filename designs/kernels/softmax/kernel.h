#pragma once
#include "ap_fixed.h"

const int N = 32;
typedef ap_fixed<16, 6> logit;
typedef ap_ufixed<16, 0> share;

void softmax(const logit x[N], share y[N]);

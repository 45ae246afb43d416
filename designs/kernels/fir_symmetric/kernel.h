#pragma once
#include "ap_int.h"

const int TAPS = 15, SAMPLES = 100;

void fir_symmetric(const ap_int<14> in[SAMPLES], ap_int<34> out[SAMPLES]);

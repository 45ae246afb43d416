#pragma once
#include "ap_fixed.h"

const int SECTIONS = 3, SAMPLES = 64;
typedef ap_fixed<24, 4, AP_RND, AP_SAT> sample;
typedef ap_fixed<18, 3> coefficient;
struct section {
    coefficient b0, b1, b2, a1, a2;
};

void biquad(const sample in[SAMPLES], sample out[SAMPLES], const section sections[SECTIONS], bool restart);

#pragma once
#include "ap_fixed.h"
#include "hls_stream.h"

const int ROWS = 24, COLUMNS = 32, LANES = 4;

typedef ap_fixed<16, 4> weight;
typedef ap_fixed<40, 16> sum;
struct lanes {
    weight of[LANES];
};

void gemv(hls::stream<lanes>& matrix, const weight x[COLUMNS], sum y[ROWS]);

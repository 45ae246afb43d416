#pragma once
#include "ap_fixed.h"
#include "hls_stream.h"

typedef ap_fixed<24, 3> angle;  // radians
typedef ap_fixed<24, 2> part;
struct direction {
    part cosine, sine;
};

void cordic(hls::stream<angle>& in, hls::stream<direction>& out, int count);

#pragma once
#include "ap_int.h"
#include "hls_stream.h"

struct point {
    ap_int<16> x, y;
};
struct place {
    ap_int<16> x, y;
    ap_int<16> rest;  // of the division for x
};

void perspective(hls::stream<point>& in, hls::stream<place>& out, const ap_int<16> matrix[9], int points);

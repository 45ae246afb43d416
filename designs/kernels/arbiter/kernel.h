#pragma once
#include "ap_int.h"
#include "hls_stream.h"

const int SOURCES = 3, SLOTS = 96;

struct job {
    ap_uint<7> slot;
    ap_int<16> value;
};

void arbiter(hls::stream<job>& a, hls::stream<job>& b, hls::stream<job>& c, int results[SLOTS], int taken[SOURCES], int jobs);

// A function with PIPELINE: numbers in registers behind AXI4-Lite, which the host changes once a call has begun.
#include "ap_int.h"

void top(ap_int<23> a, ap_int<31> *r) {
#pragma HLS INTERFACE s_axilite port=return
#pragma HLS INTERFACE s_axilite port=a
#pragma HLS INTERFACE s_axilite port=r
#pragma HLS PIPELINE II=1
    *r = a / (a[0] ? 7 : 3) * a;
}

// A function with PIPELINE: a number that goes in and comes out belongs to one call at a time.
#include "ap_int.h"

void top(ap_int<23> a, ap_int<31> *r) {
#pragma HLS PIPELINE II=1
    *r = *r * a / (a[0] ? 7 : 3);
}

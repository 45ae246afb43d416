// A function with PIPELINE: a result that waits until it has been taken belongs to one call at a time.
#include "ap_int.h"

void top(ap_int<23> a, ap_int<31> *r) {
#pragma HLS INTERFACE ap_hs port=r
#pragma HLS PIPELINE II=1
    *r = a / (a[0] ? 7 : 3) * a;
}

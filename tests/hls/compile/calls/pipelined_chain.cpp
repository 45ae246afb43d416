// A function with PIPELINE: every end waits until it has been seen: calls follow one another.
#include "ap_int.h"

void top(ap_int<23> a, ap_int<31> *r) {
#pragma HLS INTERFACE ap_ctrl_chain port=return
#pragma HLS PIPELINE II=1
    *r = a / (a[0] ? 7 : 3) * a;
}

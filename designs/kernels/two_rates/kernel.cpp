// Two filters that have nothing in common, at the same time: the longer one sets the pace, the other one is done
// earlier.
#include "kernel.h"

void two_rates(const short fast[FAST], int smooth[FAST], int slow[SLOW]) {
#pragma HLS LOOP_MERGE
    int before = 0;
average:
    for (int i = 0; i < FAST; ++i) {
#pragma HLS PIPELINE II=1
        const int now = fast[i];
        smooth[i] = now + before;
        before = now;
    }
    int total = 0;
sums:
    for (int i = 0; i < SLOW; ++i) {  // in place: an iteration too many would show
#pragma HLS PIPELINE II=1
        total += slow[i];
        slow[i] = total;
    }
}

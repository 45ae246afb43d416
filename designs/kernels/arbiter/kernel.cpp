// Serves whoever has something, a before b before c, until all jobs are done. What is written does not depend on the
// order of arrival.
#include "kernel.h"

void arbiter(hls::stream<job>& a, hls::stream<job>& b, hls::stream<job>& c, int results[SLOTS], int taken[SOURCES], int jobs) {
#pragma HLS INTERFACE axis port=a
#pragma HLS INTERFACE axis port=b
#pragma HLS INTERFACE axis port=c
    ap_uint<8> from_a = 0, from_b = 0, from_c = 0, left = jobs;
serve:
    while (left > 0) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=96
        job next;
        bool any = true;
        if (a.read_nb(next))
            ++from_a;
        else if (b.read_nb(next))
            ++from_b;
        else if (!c.empty()) {
            next = c.read();
            ++from_c;
        } else
            any = false;
        if (any) {
            --left;
            results[next.slot] = next.value * next.value + next.slot;
        }
    }
    taken[0] = from_a;
    taken[1] = from_b;
    taken[2] = from_c;
}

// One iteration: each point to its nearest centre (the first of equals), then centres to the means of their points.
#include "kernel.h"

void k_means(const short points[POINTS][DIMENSIONS], short centres[CENTRES][DIMENSIONS], ap_uint<3> nearest[POINTS]) {
    short held[CENTRES][DIMENSIONS];
    int sum[CENTRES][DIMENSIONS] = {}, count[CENTRES] = {};
#pragma HLS ARRAY_PARTITION variable=held complete dim=0
#pragma HLS ARRAY_PARTITION variable=sum complete dim=0
#pragma HLS ARRAY_PARTITION variable=count complete
    for (int c = 0; c < CENTRES; ++c)
    load:
        for (int d = 0; d < DIMENSIONS; ++d) {
#pragma HLS PIPELINE II=1
            held[c][d] = centres[c][d];
        }
assign:
    for (int n = 0; n < POINTS; ++n) {
#pragma HLS PIPELINE II=2
        int best = 0;
        ap_uint<36> smallest = -1;
        for (int c = 0; c < CENTRES; ++c) {
            ap_uint<36> distance = 0;
            for (int d = 0; d < DIMENSIONS; ++d) {
                const ap_int<17> apart = points[n][d] - held[c][d];
                distance += apart * apart;
            }
            if (distance < smallest) {
                smallest = distance;
                best = c;
            }
        }
        nearest[n] = best;
        for (int d = 0; d < DIMENSIONS; ++d) sum[best][d] += points[n][d];
        ++count[best];
    }
    for (int c = 0; c < CENTRES; ++c)
    move:
        for (int d = 0; d < DIMENSIONS; ++d) {
#pragma HLS PIPELINE II=1
            if (count[c]) centres[c][d] = sum[c][d] / count[c];
        }
}

// A cascade of second-order sections, transposed direct form II; the state lives on unless a restart is asked for.
#include "kernel.h"

typedef ap_fixed<44, 8> state;

void biquad(const sample in[SAMPLES], sample out[SAMPLES], const section sections[SECTIONS], bool restart) {
#pragma HLS DISAGGREGATE variable=sections
    static state z1[SECTIONS], z2[SECTIONS];
#pragma HLS ARRAY_PARTITION variable=z1 complete
#pragma HLS ARRAY_PARTITION variable=z2 complete
    section held[SECTIONS];
#pragma HLS ARRAY_PARTITION variable=held complete
load:
    for (int s = 0; s < SECTIONS; ++s) {
#pragma HLS PIPELINE II=1
        held[s] = sections[s];
        if (restart) z1[s] = z2[s] = 0;
    }
samples:
    for (int n = 0; n < SAMPLES; ++n) {
#pragma HLS PIPELINE II=4
        sample x = in[n];
        for (int s = 0; s < SECTIONS; ++s) {
            const sample y = held[s].b0 * x + z1[s];
            z1[s] = held[s].b1 * x - held[s].a1 * y + z2[s];
            z2[s] = held[s].b2 * x - held[s].a2 * y;
            x = y;
        }
        out[n] = x;
    }
}

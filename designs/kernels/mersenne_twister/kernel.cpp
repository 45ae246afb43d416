// MT19937: the state of 624 words is turned word by word while numbers are drawn.
#include "kernel.h"

const int N = 624, M = 397;

void mersenne_twister(uint32_t seed, int count, uint32_t* out) {
#pragma HLS INTERFACE m_axi port=out bundle=gmem depth=1000
#pragma HLS INTERFACE s_axilite port=seed
#pragma HLS INTERFACE s_axilite port=count
#pragma HLS INTERFACE s_axilite port=return
    uint32_t state[N];
    state[0] = seed;
seeding:
    for (int i = 1; i < N; ++i) {
#pragma HLS PIPELINE II=4
        seed = 1812433253u * (seed ^ seed >> 30) + i;
        state[i] = seed;
    }
    uint32_t here = state[0];
    int at = 0;
drawing:
    for (int n = 0; n < count; ++n) {
#pragma HLS PIPELINE II=2
#pragma HLS LOOP_TRIPCOUNT min=1 max=1000
        const int after = at + 1 < N ? at + 1 : 0, far = at + M < N ? at + M : at + M - N;
        const uint32_t next = state[after];
        const uint32_t mixed = (here & 0x80000000) | (next & 0x7FFFFFFF);
        uint32_t y = state[far] ^ mixed >> 1 ^ (mixed & 1 ? 0x9908B0DF : 0);
        state[at] = y;
        here = next;
        at = after;
        y ^= y >> 11;
        y ^= y << 7 & 0x9D2C5680;
        y ^= y << 15 & 0xEFC60000;
        out[n] = y ^ y >> 18;
    }
}

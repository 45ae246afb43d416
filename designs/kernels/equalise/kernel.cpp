// Histogram equalisation: count, accumulate, map; the frame stays in a buffer meanwhile.
#include "kernel.h"

void equalise(const ap_uint<8>* in, ap_uint<8>* out) {
#pragma HLS INTERFACE m_axi port=in bundle=gmem depth=768
#pragma HLS INTERFACE m_axi port=out bundle=gmem depth=768
#pragma HLS INTERFACE s_axilite port=return
    ap_uint<8> frame[PIXELS], map[256];
    ap_uint<10> bins[4][256];
#pragma HLS ARRAY_PARTITION variable=bins complete dim=1
clear:
    for (int i = 0; i < 256; ++i) {
#pragma HLS PIPELINE II=1
        for (int bank = 0; bank < 4; ++bank) bins[bank][i] = 0;
    }
count:
    for (int i = 0; i < PIXELS; ++i) {
#pragma HLS PIPELINE II=1
#pragma HLS DEPENDENCE variable=bins type=inter distance=4 dependent=true
        const ap_uint<8> level = in[i];
        frame[i] = level;
        ++bins[i % 4][level];  // banks in turn: a bin is not counted again before four pixels later
    }
    ap_uint<10> below = 0;
accumulate:
    for (int i = 0; i < 256; ++i) {
#pragma HLS PIPELINE II=1
        for (int bank = 0; bank < 4; ++bank) below += bins[bank][i];
        map[i] = below * 255 / PIXELS;
    }
write:
    for (int i = 0; i < PIXELS; ++i) {
#pragma HLS PIPELINE II=1
        out[i] = map[frame[i]];
    }
}

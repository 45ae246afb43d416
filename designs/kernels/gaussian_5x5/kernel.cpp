// Separable 5x5 binomial blur: columns first, then rows, as two processes; the rim is left out.
#include "kernel.h"

typedef ap_uint<12> partial;
static const int weights[5] = {1, 4, 6, 4, 1};

static void vertical(hls::stream<pixel>& in, hls::stream<partial>& out) {
    pixel lines[4][WIDTH];
#pragma HLS ARRAY_PARTITION variable=lines complete dim=1
rows:
    for (int y = 0; y < HEIGHT; ++y)
    columns:
        for (int x = 0; x < WIDTH; ++x) {
#pragma HLS PIPELINE II=1
            pixel column[5];
            for (int k = 0; k < 4; ++k) column[k] = lines[k][x];
            column[4] = in.read();
            for (int k = 0; k < 4; ++k) lines[k][x] = column[k + 1];
            partial sum = 0;
            for (int k = 0; k < 5; ++k) sum += weights[k] * column[k];
            if (y >= 4) out.write(sum);
        }
}

static void horizontal(hls::stream<partial>& in, hls::stream<pixel>& out) {
    partial window[5];
#pragma HLS ARRAY_PARTITION variable=window complete
rows:
    for (int y = 4; y < HEIGHT; ++y)
    across:
        for (int x = 0; x < WIDTH; ++x) {
#pragma HLS PIPELINE II=1
            for (int k = 0; k < 4; ++k) window[k] = window[k + 1];
            window[4] = in.read();
            ap_uint<17> sum = 128;
            for (int k = 0; k < 5; ++k) sum += weights[k] * window[k];
            if (x >= 4) out.write(sum >> 8);
        }
}

void gaussian_5x5(hls::stream<pixel>& in, hls::stream<pixel>& out) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS DATAFLOW
    hls::stream<partial> between("between");
    vertical(in, between);
    horizontal(between, out);
}

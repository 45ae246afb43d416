// A 3x3 filter of its own for each channel; channels interleaved, zeros around the image.
#include "kernel.h"

void depthwise_conv(hls::stream<ap_int<8>>& in, hls::stream<ap_int<20>>& out, const ap_int<8> taps[CHANNELS][9]) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
    ap_int<8> lines[2][WIDTH * CHANNELS], window[3][2][CHANNELS], held[CHANNELS][9];
#pragma HLS ARRAY_PARTITION variable=lines complete dim=1
#pragma HLS ARRAY_PARTITION variable=window complete dim=0
#pragma HLS ARRAY_PARTITION variable=held complete dim=2
load:
    for (int c = 0; c < CHANNELS; ++c)
        for (int k = 0; k < 9; ++k) {
#pragma HLS PIPELINE II=1
            held[c][k] = taps[c][k];
        }
rows:
    for (int y = 0; y <= HEIGHT; ++y)
    columns:
        for (int x = 0; x <= WIDTH; ++x)
        channels:
            for (int c = 0; c < CHANNELS; ++c) {
#pragma HLS PIPELINE II=1
#pragma HLS DEPENDENCE variable=lines type=inter dependent=false
                ap_int<8> column[3] = {0, 0, 0};
                if (x < WIDTH) {
                    const int place = x * CHANNELS + c;
                    if (y > 1) column[0] = lines[0][place];
                    if (y > 0) column[1] = lines[1][place];
                    if (y < HEIGHT) column[2] = in.read();
                    lines[0][place] = column[1];
                    lines[1][place] = column[2];
                }
                ap_int<20> sum = 0;
                for (int i = 0; i < 3; ++i) {
                    const ap_int<8> left = x > 1 ? window[i][0][0] : ap_int<8>(0);
                    const ap_int<8> middle = window[i][1][0];
                    sum += held[c][3 * i] * left + held[c][3 * i + 1] * middle + held[c][3 * i + 2] * column[i];
                    for (int k = 0; k + 1 < CHANNELS; ++k) {
                        window[i][0][k] = window[i][0][k + 1];
                        window[i][1][k] = window[i][1][k + 1];
                    }
                    window[i][0][CHANNELS - 1] = middle;
                    window[i][1][CHANNELS - 1] = column[i];
                }
                if (y > 0 && x > 0) out.write(sum);
            }
}

// A convolution layer in int8: all output channels of a pixel at once, requantised by a shift with rounding, ReLU.
#include "kernel.h"

void conv_2d(const byte* image, const byte* weights, const int* bias, byte* result, int shift) {
#pragma HLS INTERFACE m_axi port=image bundle=gmem0 depth=400
#pragma HLS INTERFACE m_axi port=weights bundle=gmem1 depth=288
#pragma HLS INTERFACE m_axi port=bias bundle=gmem1 depth=8
#pragma HLS INTERFACE m_axi port=result bundle=gmem0 depth=512
#pragma HLS INTERFACE s_axilite port=shift
#pragma HLS INTERFACE s_axilite port=return
    byte pixels[IN][SIZE][SIZE], taps[OUT][IN][KERNEL * KERNEL];
    int start[OUT];
#pragma HLS ARRAY_PARTITION variable=taps complete dim=1
#pragma HLS ARRAY_PARTITION variable=start complete
load_image:
    for (int i = 0; i < IN * SIZE * SIZE; ++i) {
#pragma HLS PIPELINE II=1
        pixels[i / (SIZE * SIZE)][i / SIZE % SIZE][i % SIZE] = image[i];
    }
load_weights:
    for (int o = 0; o < OUT; ++o)
        for (int i = 0; i < IN; ++i)
            for (int k = 0; k < KERNEL * KERNEL; ++k) {
#pragma HLS PIPELINE II=1
                taps[o][i][k] = weights[(o * IN + i) * KERNEL * KERNEL + k];
            }
load_bias:
    for (int o = 0; o < OUT; ++o) {
#pragma HLS PIPELINE II=1
        start[o] = bias[o];
    }
rows:
    for (int y = 0; y < RESULT; ++y)
    columns:
        for (int x = 0; x < RESULT; ++x) {
            int sum[OUT];
#pragma HLS ARRAY_PARTITION variable=sum complete
            for (int o = 0; o < OUT; ++o) {
#pragma HLS UNROLL
                sum[o] = start[o];
            }
        window:
            for (int i = 0; i < IN; ++i)
                for (int ky = 0; ky < KERNEL; ++ky)
                    for (int kx = 0; kx < KERNEL; ++kx) {
#pragma HLS PIPELINE II=1
                        const byte pixel = pixels[i][y + ky][x + kx];
                        for (int o = 0; o < OUT; ++o) sum[o] += pixel * taps[o][i][KERNEL * ky + kx];
                    }
        write:
            for (int o = 0; o < OUT; ++o) {
#pragma HLS PIPELINE II=1
                const int rounded = (sum[o] + (1 << (shift - 1))) >> shift;
                result[(y * RESULT + x) * OUT + o] = rounded < 0 ? 0 : rounded > 127 ? 127 : rounded;
            }
        }
}

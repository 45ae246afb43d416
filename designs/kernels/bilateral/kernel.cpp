// Edge-preserving blur: a neighbour counts by its distance and by how alike it is; the rim is left out.
#include "kernel.h"

static const ap_uint<5> alike[32] = {16, 16, 15, 15, 14, 13, 12, 11, 9, 8, 7, 6, 5, 4, 3, 3,
                                     2,  2,  1,  1,  1,  1,  0,  0,  0, 0, 0, 0, 0, 0, 0, 0};
static const ap_uint<3> near[3][3] = {{1, 2, 1}, {2, 4, 2}, {1, 2, 1}};

void bilateral(hls::stream<pixel>& in, hls::stream<pixel>& out) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
    pixel lines[2][WIDTH], window[3][3];
#pragma HLS ARRAY_PARTITION variable=lines complete dim=1
#pragma HLS ARRAY_PARTITION variable=window complete dim=0
#pragma HLS ARRAY_PARTITION variable=alike complete
rows:
    for (int y = 0; y < HEIGHT; ++y)
    pixels:
        for (int x = 0; x < WIDTH; ++x) {
#pragma HLS PIPELINE II=1
            const pixel next = in.read();
            const pixel column[3] = {lines[0][x], lines[1][x], next};
            lines[0][x] = column[1];
            lines[1][x] = next;
            for (int i = 0; i < 3; ++i) {
                for (int j = 0; j < 2; ++j) window[i][j] = window[i][j + 1];
                window[i][2] = column[i];
            }
            if (y >= 2 && x >= 2) {
                ap_uint<10> total = 0;
                ap_uint<18> sum = 0;
                for (int i = 0; i < 3; ++i)
                    for (int j = 0; j < 3; ++j) {
                        const ap_int<9> apart = window[i][j] - window[1][1];
                        const ap_uint<8> distance = apart < 0 ? ap_int<9>(-apart) : apart;
                        const ap_uint<8> weight = near[i][j] * alike[distance >> 3];
                        total += weight;
                        sum += weight * window[i][j];
                    }
                out.write(sum / total);
            }
        }
}

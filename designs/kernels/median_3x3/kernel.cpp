// The median of each full 3x3 neighbourhood, by a network of exchanges.
#include "kernel.h"

static void order(pixel& low, pixel& high) {
    if (low > high) {
        const pixel other = low;
        low = high;
        high = other;
    }
}

static pixel median(const pixel window[3][3]) {
    pixel v[9];
#pragma HLS ARRAY_PARTITION variable=v complete
    for (int i = 0; i < 9; ++i) v[i] = window[i / 3][i % 3];
    for (int i = 0; i < 9; i += 3) {  // sort each row,
        order(v[i], v[i + 1]);
        order(v[i + 1], v[i + 2]);
        order(v[i], v[i + 1]);
    }
    order(v[0], v[3]), order(v[3], v[6]);  // then the largest low, the smallest high, the middle one,
    order(v[5], v[8]), order(v[2], v[5]);
    order(v[1], v[4]), order(v[4], v[7]), order(v[1], v[4]);
    order(v[4], v[2]), order(v[6], v[4]), order(v[4], v[2]);  // and the median of the diagonal
    return v[4];
}

void median_3x3(hls::stream<pixel>& in, hls::stream<pixel>& out) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
    pixel lines[2][WIDTH], window[3][3];
#pragma HLS ARRAY_RESHAPE variable=lines complete dim=1
#pragma HLS ARRAY_PARTITION variable=window complete dim=0
rows:
    for (int y = 0; y < HEIGHT; ++y)
    pixels:
        for (int x = 0; x < WIDTH; ++x) {
#pragma HLS PIPELINE II=1
            const pixel next = in.read();
            for (int i = 0; i < 3; ++i)
                for (int j = 0; j < 2; ++j) window[i][j] = window[i][j + 1];
            window[0][2] = lines[0][x];
            window[1][2] = lines[1][x];
            window[2][2] = next;
            lines[0][x] = window[1][2];
            lines[1][x] = next;
            if (y >= 2 && x >= 2) out.write(median(window));
        }
}

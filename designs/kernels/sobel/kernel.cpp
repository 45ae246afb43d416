// Edges of a video frame; pixels whose neighbourhood leaves the frame are black.
#include "kernel.h"

static ap_uint<8> magnitude(const ap_uint<8> w[3][3]) {
#pragma HLS INLINE
    const ap_int<11> x = w[0][2] + 2 * w[1][2] + w[2][2] - w[0][0] - 2 * w[1][0] - w[2][0];
    const ap_int<11> y = w[2][0] + 2 * w[2][1] + w[2][2] - w[0][0] - 2 * w[0][1] - w[0][2];
    const ap_uint<12> sum = (x < 0 ? ap_int<12>(-x) : ap_int<12>(x)) + (y < 0 ? ap_int<12>(-y) : ap_int<12>(y));
    return sum > 255 ? ap_uint<8>(255) : ap_uint<8>(sum);
}

void sobel(hls::stream<beat>& in, hls::stream<beat>& out) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
    ap_uint<8> lines[2][WIDTH], window[3][3];
#pragma HLS ARRAY_PARTITION variable=lines complete dim=1
#pragma HLS ARRAY_PARTITION variable=window complete dim=0
rows:
    for (int y = 0; y <= HEIGHT; ++y) {
    pixels:
        for (int x = 0; x <= WIDTH; ++x) {
#pragma HLS PIPELINE II=1
            for (int i = 0; i < 3; ++i)
                for (int j = 0; j < 2; ++j) window[i][j] = window[i][j + 1];
            if (x < WIDTH) {
                ap_uint<8> next = 0;
                if (y < HEIGHT) next = in.read().data;
                window[0][2] = lines[0][x];
                window[1][2] = lines[0][x] = lines[1][x];
                window[2][2] = lines[1][x] = next;
            }
            if (y > 0 && x > 0) {
                const bool border = y == 1 || y == HEIGHT || x == 1 || x == WIDTH;
                beat edge;
                edge.data = border ? ap_uint<8>(0) : magnitude(window);
                edge.keep = edge.strb = 1;
                edge.user = y == 1 && x == 1;
                edge.last = x == WIDTH;
                out.write(edge);
            }
        }
    }
}

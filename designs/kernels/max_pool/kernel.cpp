// 2x2 maximum of signed bytes, four channels a beat; TLAST closes the image.
#include "kernel.h"

typedef ap_uint<8 * CHANNELS> pixel;

static pixel larger(const pixel& a, const pixel& b) {
    pixel most;
    for (int c = 0; c < CHANNELS; ++c) {
        const ap_int<8> x = a(8 * c + 7, 8 * c), y = b(8 * c + 7, 8 * c);
        most(8 * c + 7, 8 * c) = x > y ? x : y;
    }
    return most;
}

void max_pool(hls::stream<beat>& in, hls::stream<beat>& out) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS INTERFACE ap_ctrl_none port=return
    pixel line[WIDTH / 2], left = 0;
#pragma HLS BIND_STORAGE variable=line type=ram_2p impl=lutram
rows:
    for (int y = 0; y < HEIGHT; ++y)
    pixels:
        for (int x = 0; x < WIDTH; ++x) {
#pragma HLS PIPELINE II=1
            const pixel next = in.read().data;
            const pixel pair = larger(left, next);
            left = next;
            if (x % 2 == 0) continue;
            if (y % 2 == 0) {
                line[x / 2] = pair;
            } else {
                beat result;
                result.data = larger(line[x / 2], pair);
                result.keep = result.strb = -1;
                result.last = y == HEIGHT - 1 && x == WIDTH - 1;
                out.write(result);
            }
        }
}

// Sine and cosine of angles in [-pi, pi] by 20 rotations, an angle each cycle.
#include "kernel.h"

const int STEPS = 20;

static const angle turns[STEPS] = {0.7853981634, 0.4636476090, 0.2449786631, 0.1243549945, 0.0624188100, 0.0312398334,
                                   0.0156237286, 0.0078123411, 0.0039062301, 0.0019531225, 0.0009765622, 0.0004882812,
                                   0.0002441406, 0.0001220703, 0.0000610352, 0.0000305176, 0.0000152588, 0.0000076294,
                                   0.0000038147, 0.0000019073};

static direction rotate(angle rest) {
#pragma HLS INLINE off
#pragma HLS PIPELINE II=1
    const angle quarter = 1.5707963268, half = 3.1415926536;
    const bool flip = rest > quarter || rest < -quarter;
    if (flip) rest = rest > 0 ? angle(rest - half) : angle(rest + half);
    ap_fixed<28, 3> x = 0.6072529350, y = 0;
    for (int i = 0; i < STEPS; ++i) {
        const auto dx = x >> i, dy = y >> i;
        if (rest >= 0) {
            x -= dy, y += dx, rest -= turns[i];
        } else {
            x += dy, y -= dx, rest += turns[i];
        }
    }
    if (flip) return {-x, -y};
    return {x, y};
}

void cordic(hls::stream<angle>& in, hls::stream<direction>& out, int count) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
angles:
    for (int n = 0; n < count; ++n) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=1 max=200
        out.write(rotate(in.read()));
    }
}

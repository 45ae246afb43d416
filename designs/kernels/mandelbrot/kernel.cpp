// Escape times; a point is left as soon as it escapes.
#include "kernel.h"

void mandelbrot(hls::stream<ap_uint<6>>& out, real left, real top, real step) {
#pragma HLS INTERFACE axis port=out
rows:
    for (int row = 0; row < HEIGHT; ++row)
    points:
        for (int column = 0; column < WIDTH; ++column) {
            const real cx = left + step * column, cy = top - step * row;
            real x = 0, y = 0;
            int n = 0;
        escape:
            while (n < LIMIT) {
#pragma HLS LOOP_TRIPCOUNT min=1 max=40
                const real xx = x * x, yy = y * y;
                if (xx + yy > 4) break;
                y = 2 * (x * y) + cy;
                x = xx - yy + cx;
                ++n;
            }
            out.write(n);
        }
}

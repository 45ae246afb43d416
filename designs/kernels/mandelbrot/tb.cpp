#include "../bench.h"
#include "kernel.h"

const long long ONE = 1 << 23;  // 23 fraction bits

static real from_code(long long code) {
    real x;
    x.range() = ap_uint<30>(code);
    return x;
}

int main() {
    Checker check;
    const double places[3][3] = {{-2.2, 1.2, 0.2}, {-0.75, 0.1, 0.0006}, {-1.9, 0.6, 0.1}};
    for (int call = 0; call < 3; ++call) {
        hls::stream<ap_uint<6>> out;
        const long long left = places[call][0] * ONE, top = places[call][1] * ONE, step = places[call][2] * ONE;
        mandelbrot(out, from_code(left), from_code(top), from_code(step));
        for (int i = 0; i < WIDTH * HEIGHT; ++i) {
            const long long cx = left + step * (i % WIDTH), cy = top - step * (i / WIDTH);
            long long x = 0, y = 0;
            int n = 0;
            for (; n < LIMIT && (x * x >> 23) + (y * y >> 23) <= 4 * ONE; ++n) {
                const long long next = (x * x >> 23) - (y * y >> 23) + cx;
                y = (2 * x * y >> 23) + cy;
                x = next;
            }
            check.equal("out", i, out.read().to_int(), n);
        }
    }
    return check.status();
}

#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(65);
    Checker check;
    const int calls[] = {150, 1, 40};
    for (int points : calls) {
        hls::stream<point> in;
        hls::stream<place> out;
        ap_int<16> matrix[9];
        long long m[9], x[150], y[150];
        for (int i = 0; i < 9; ++i) matrix[i] = m[i] = random.between(-32768, 32767) >> (i < 6 ? 0 : 6);
        for (int n = 0; n < points; ++n) {
            x[n] = random.between(-32768, 32767);
            y[n] = random.between(-32768, 32767);
            if (n % 10 == 0) x[n] = y[n] = 0;
            in.write({x[n], y[n]});
        }
        perspective(in, out, matrix, points);
        for (int n = 0; n < points; ++n) {
            const long long a = m[0] * x[n] + m[1] * y[n] + m[2], b = m[3] * x[n] + m[4] * y[n] + m[5];
            long long w = m[6] * x[n] + m[7] * y[n] + m[8];
            if (w == 0) w = 1;
            const place got = out.read();
            check.equal("x", n, got.x.to_int(), (int16_t)(a / w));
            check.equal("y", n, got.y.to_int(), (int16_t)(b / w));
            check.equal("rest", n, got.rest.to_int(), (int16_t)(a % w));
        }
    }
    return check.status();
}

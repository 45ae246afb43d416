#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(30);
    Checker check;
    const int calls[] = {150, 3, 40};
    for (int count : calls) {
        hls::stream<sample> in;
        hls::stream<sum> out;
        sample taps[TAPS];
        int h[TAPS][2], x[150][2];
        for (int k = 0; k < TAPS; ++k) {
            for (int& value : h[k]) value = random.between(-32768, 32767);
            taps[k] = {h[k][0] / 16384.0, h[k][1] / 16384.0};
        }
        for (int n = 0; n < count; ++n) {
            for (int& value : x[n]) value = random.between(-32768, 32767);
            in.write({x[n][0] / 16384.0, x[n][1] / 16384.0});
        }
        fir_complex(in, out, taps, count);
        for (int n = 0; n < count; ++n) {
            double re = 0, im = 0;
            for (int k = 0; k < TAPS && k <= n; ++k) {
                re += double(h[k][0]) * x[n - k][0] - double(h[k][1]) * x[n - k][1];
                im += double(h[k][0]) * x[n - k][1] + double(h[k][1]) * x[n - k][0];
            }
            const sum got = out.read();
            check.close("re", n, got.re.to_double(), re / (1 << 28), 0);
            check.close("im", n, got.im.to_double(), im / (1 << 28), 0);
        }
    }
    return check.status();
}

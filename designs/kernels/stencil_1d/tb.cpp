#include "../bench.h"
#include "kernel.h"

static int clamped(const int* x, int at, int count) { return x[at < 0 ? 0 : at >= count ? count - 1 : at]; }

int main() {
    Random random(11);
    Checker check;
    const int weights[5] = {1, 4, 6, 4, 1};
    const int calls[] = {200, 1, 2, 3, 77};
    for (int count : calls) {
        hls::stream<sample> in, out;
        int x[200];
        for (int n = 0; n < count; ++n) {
            x[n] = random.between(-32768, 32767);
            in.write(x[n]);
        }
        stencil_1d(in, out, count);
        for (int n = 0; n < count; ++n) {
            int sum = 0;
            for (int k = -2; k <= 2; ++k) sum += weights[k + 2] * clamped(x, n + k, count);
            check.equal("out", n, out.read().to_int(), sum >> 4);
        }
    }
    return check.status();
}

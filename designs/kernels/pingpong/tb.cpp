#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(69);
    Checker check;
    for (int call = 0; call < 2 * FRAMES; ++call) {
        int in[SIZE], out[SIZE], peak, most = 0;
        const int gain = random.between(-20, 20);
        for (int i = 0; i < SIZE; ++i) {
            in[i] = random.between(-1000000, 1000000);
            if (i == 0 || in[i] * gain > most) most = in[i] * gain;
        }
        pingpong(in, out, gain, peak);
        for (int i = 0; i < SIZE; ++i) check.equal("out", i, out[SIZE - 1 - i], in[i] * gain - most);
        check.equal("peak", call, peak, most);
    }
    return check.status();
}

#include "../bench.h"
#include "kernel.h"

// 20 bits, 12 of them behind the point
static int wrapped(long long code) { return int(uint64_t(code) << 44 >> 32) >> 12; }

int main() {
    Random random(70);
    Checker check;
    for (int call = 0; call < 4; ++call) {
        hls::stream<real> in, out;
        const int gain = random.between(-8192, 8192), offset = random.between(-40000, 40000);
        int x[COUNT], moved[COUNT], most[COUNT];
        for (int n = 0; n < COUNT; ++n) {
            x[n] = random.between(-100000, 100000);
            in.write(x[n] / 4096.0);
            moved[n] = wrapped(wrapped((long long)x[n] * gain >> 12) + offset);
            most[n] = n < 3 ? 0 : moved[n];  // the line begins with zeros
            for (int k = n; k >= 0 && k > n - 4; --k) most[n] = moved[k] > most[n] ? moved[k] : most[n];
        }
        generic_pipeline(in, out, gain / 4096.0, offset / 4096.0);
        for (int n = 0; n < COUNT; ++n) {
            const int expected = wrapped(most[n] - (n >= 2 ? most[n - 2] >> 1 : 0));
            check.close("out", n, out.read().to_double(), expected / 4096.0, 0);
        }
    }
    return check.status();
}

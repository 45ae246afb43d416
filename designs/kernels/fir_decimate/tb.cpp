#include <math.h>

#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(29);
    Checker check;
    const double given[TAPS] = {-0.0011, -0.0018, -0.0023, -0.0016, 0.0014,  0.0066,  0.0121,  0.0141,
                                0.0082,  -0.0077, -0.0316, -0.0550, -0.0634, -0.0420, 0.0172,  0.1080,
                                0.2090,  0.2920,  0.3300,  0.3070,  0.2270,  0.1120,  -0.0070, -0.0950,
                                -0.1310, -0.1140, -0.0610, 0.0010,  0.0460,  0.0600,  0.0430,  0.0120};
    for (int call = 0; call < 4; ++call) {
        hls::stream<sample> in, out;
        int x[OUTPUTS * FACTOR];
        for (int n = 0; n < OUTPUTS * FACTOR; ++n) {
            x[n] = call == 3 ? (n / 20 % 2 ? 32767 : -32768) : random.between(-32768, 32767);
            in.write(x[n] / 32768.0);
        }
        fir_decimate(in, out);
        for (int n = 0; n < OUTPUTS; ++n) {
            long long sum = 0;
            for (int k = 0; k < TAPS && k <= FACTOR * n + 3; ++k)
                sum += (long long)floor(given[k] * 32768) * x[FACTOR * n + 3 - k];
            const long long code = (sum + (1 << 14)) >> 15;
            const long long fitted = code > 32767 ? 32767 : code < -32768 ? -32768 : code;
            check.close("out", n, out.read().to_double(), fitted / 32768.0, 0);
        }
    }
    return check.status();
}

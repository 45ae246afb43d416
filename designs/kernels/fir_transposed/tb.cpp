#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(27);
    Checker check;
    const int taps[TAPS] = {12,   -57, 133,  -241, 377, -529, 680, -812, 905, -941, 907,   30000,
                            -799, 633, -427, 203,  17,  -213, 367, -467, 507, -489, 32767, -32768};
    static int x[4 * SAMPLES];
    for (int call = 0; call < 4; ++call) {
        hls::stream<ap_int<16>> in;
        hls::stream<ap_int<38>> out;
        for (int n = call * SAMPLES; n < (call + 1) * SAMPLES; ++n) {
            x[n] = call == 2 ? -32768 : random.between(-32768, 32767);
            in.write(x[n]);
        }
        fir_transposed(in, out);
        for (int n = call * SAMPLES; n < (call + 1) * SAMPLES; ++n) {
            long long sum = 0;
            for (int k = 0; k < TAPS && k <= n; ++k) sum += (long long)taps[k] * x[n - k];
            check.equal("out", n, out.read().to_int64(), sum);
        }
    }
    return check.status();
}

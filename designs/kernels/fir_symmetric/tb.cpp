#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(28);
    Checker check;
    const int half[] = {-31, 127, -404, 1022, -2200, 4601, -10190, 32767};
    for (int call = 0; call < 3; ++call) {
        ap_int<14> in[SAMPLES];
        ap_int<34> out[SAMPLES];
        int x[SAMPLES];
        for (int n = 0; n < SAMPLES; ++n) in[n] = x[n] = call ? random.between(-8192, 8191) : (n == 0) * 1000;
        fir_symmetric(in, out);
        for (int n = 0; n < SAMPLES; ++n) {
            long long sum = 0;
            for (int k = 0; k < TAPS && k <= n; ++k) sum += (long long)half[k < 8 ? k : TAPS - 1 - k] * x[n - k];
            check.equal("out", n, out[n].to_int64(), sum);
        }
    }
    return check.status();
}

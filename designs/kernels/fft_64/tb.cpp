#include <math.h>

#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(25);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        complex x[N];
        double re[N], im[N];
        for (int n = 0; n < N; ++n) {
            re[n] = call ? random.real(-0.9, 0.9) : cos(0.7 * n) * 0.8;
            im[n] = call ? random.real(-0.9, 0.9) : 0;
            x[n] = {re[n], im[n]};
        }
        fft_64(x);
        for (int k = 0; k < N; ++k) {  // by the definition
            double sum_re = 0, sum_im = 0;
            for (int n = 0; n < N; ++n) {
                const double angle = -2 * 3.14159265358979 * k * n / N;
                sum_re += re[n] * cos(angle) - im[n] * sin(angle);
                sum_im += re[n] * sin(angle) + im[n] * cos(angle);
            }
            check.close("re", k, x[k].re.to_double(), sum_re / N, 1e-4);
            check.close("im", k, x[k].im.to_double(), sum_im / N, 1e-4);
        }
    }
    return check.status();
}

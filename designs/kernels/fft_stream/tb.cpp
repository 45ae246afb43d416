#include <math.h>

#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(26);
    Checker check;
    const int calls[] = {1, 4, 2};
    for (int blocks : calls) {
        hls::stream<complex> in, out;
        static double re[4][N], im[4][N];
        for (int n = 0; n < blocks * N; ++n) {
            re[n / N][n % N] = random.real(-0.9, 0.9);
            im[n / N][n % N] = random.real(-0.9, 0.9);
            in.write({re[n / N][n % N], im[n / N][n % N]});
        }
        fft_stream(in, out, blocks);
        for (int block = 0; block < blocks; ++block)
            for (int at = 0; at < N; ++at) {
                int k = 0;
                for (int bit = 0; bit < 6; ++bit) k |= (at >> bit & 1) << (5 - bit);
                double sum_re = 0, sum_im = 0;
                for (int n = 0; n < N; ++n) {
                    const double angle = -2 * 3.14159265358979 * k * n / N;
                    sum_re += re[block][n] * cos(angle) - im[block][n] * sin(angle);
                    sum_im += re[block][n] * sin(angle) + im[block][n] * cos(angle);
                }
                const complex got = out.read();
                check.close("re", k, got.re.to_double(), sum_re / N, 2e-4);
                check.close("im", k, got.im.to_double(), sum_im / N, 2e-4);
            }
    }
    return check.status();
}

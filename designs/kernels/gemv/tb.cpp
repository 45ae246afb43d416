#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(2);
    Checker check;
    for (int call = 0; call < 4; ++call) {
        hls::stream<lanes> matrix;
        weight x[COLUMNS];
        sum y[ROWS];
        int vector[COLUMNS];
        long long expected[ROWS] = {};
        for (int k = 0; k < COLUMNS; ++k) {
            vector[k] = random.between(-32768, 32767);
            x[k] = vector[k] / 4096.0;
        }
        for (int i = 0; i < ROWS; ++i)
            for (int k = 0; k < COLUMNS; k += LANES) {
                lanes beat;
                for (int lane = 0; lane < LANES; ++lane) {
                    const int code = random.between(-32768, 32767);
                    beat.of[lane] = code / 4096.0;
                    expected[i] += (long long)code * vector[k + lane];
                }
                matrix.write(beat);
            }
        gemv(matrix, x, y);
        for (int i = 0; i < ROWS; ++i) check.close("y", i, y[i].to_double(), double(expected[i]) / (1 << 24), 0);
    }
    return check.status();
}

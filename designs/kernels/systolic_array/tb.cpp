#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(7);
    Checker check;
    for (int call = 0; call < 2; ++call) {
        hls::stream<ap_uint<8 * N>> a, b;
        hls::stream<ap_uint<24 * N>> c;
        static int expected[BLOCKS][N][N];
        for (auto& block : expected) {
            for (auto& row : block)
                for (int& value : row) value = 0;
            for (int k = 0; k < DEPTH; ++k) {
                int x[N], y[N];
                ap_uint<8 * N> a_beat, b_beat;
                for (int i = 0; i < N; ++i) {
                    a_beat(8 * i + 7, 8 * i) = x[i] = random.between(-128, 127);
                    b_beat(8 * i + 7, 8 * i) = y[i] = random.between(-128, 127);
                }
                a.write(a_beat);
                b.write(b_beat);
                for (int i = 0; i < N; ++i)
                    for (int j = 0; j < N; ++j) block[i][j] += x[i] * y[j];
            }
        }
        systolic_array(a, b, c);
        for (auto& block : expected)
            for (int i = 0; i < N; ++i) {
                const ap_uint<24 * N> beat = c.read();
                for (int j = 0; j < N; ++j) {
                    const ap_int<24> value = beat(24 * j + 23, 24 * j);
                    check.equal("c", i * N + j, value.to_int(), block[i][j]);
                }
            }
    }
    return check.status();
}

#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(1);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        ap_int<16> a[N * N], b[N * N];
        ap_int<40> c[N * N];
        long long expected[N][N] = {};
        for (int i = 0; i < N * N; ++i) {
            a[i] = random.between(-32768, 32767);
            b[i] = call ? random.between(-32768, 32767) : -32768;
        }
        for (int k = 0; k < N; ++k)  // outer products
            for (int i = 0; i < N; ++i)
                for (int j = 0; j < N; ++j) expected[i][j] += a[i * N + k].to_int64() * b[k * N + j].to_int64();
        gemm(a, b, c);
        for (int i = 0; i < N * N; ++i) check.equal("c", i, c[i].to_int64(), expected[i / N][i % N]);
    }
    return check.status();
}

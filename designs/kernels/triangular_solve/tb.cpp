#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(5);
    Checker check;
    for (int call = 0; call < 4; ++call) {
        real u[N][N], b[N], x[N];
        double wanted[N];
        for (int i = 0; i < N; ++i) wanted[i] = random.between(-64, 64) / 16.0;
        for (int i = 0; i < N; ++i) {
            double sum = 0;
            for (int j = 0; j < N; ++j) {
                const double value = j < i ? 0 : j == i ? random.between(8, 16) : random.between(-32, 32) / 32.0;
                u[i][j] = value;
                sum += value * wanted[j];
            }
            b[i] = sum;
        }
        triangular_solve(u, b, x);
        for (int i = 0; i < N; ++i) check.close("x", i, x[i].to_double(), wanted[i], 1e-2);
    }
    return check.status();
}

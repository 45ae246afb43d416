#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(4);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        real a[N][N], l[N][N];
        double factor[N][N] = {}, given[N][N];
        for (int i = 0; i < N; ++i)
            for (int j = 0; j <= i; ++j) factor[i][j] = i == j ? random.real(4, 12) : random.real(-3, 3);
        for (int i = 0; i < N; ++i)
            for (int j = 0; j < N; ++j) {
                given[i][j] = 0;
                for (int k = 0; k < N; ++k) given[i][j] += factor[i][k] * factor[j][k];
                a[i][j] = given[i][j];
            }
        cholesky(a, l);
        for (int i = 0; i < N; ++i)
            for (int j = 0; j < N; ++j) check.close("l", i * N + j, l[i][j].to_double(), factor[i][j], 1e-4);
    }
    return check.status();
}

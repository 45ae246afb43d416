#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(3);
    Checker check;
    for (int call = 0; call < 3; ++call) {
        real a[N][N];
        double given[N][N];
        for (int i = 0; i < N; ++i)
            for (int j = 0; j < N; ++j) {
                given[i][j] = random.between(-1024, 1024) / 128.0 + (i == j ? 100 : 0);
                a[i][j] = given[i][j];
            }
        lu(a);
        for (int i = 0; i < N; ++i)  // L * U gives the matrix back
            for (int j = 0; j < N; ++j) {
                double product = 0;
                for (int k = 0; k <= i && k <= j; ++k)
                    product += (k == i ? 1 : a[i][k].to_double()) * a[k][j].to_double();
                check.close("a", i * N + j, product, given[i][j], 2e-3);
            }
    }
    return check.status();
}

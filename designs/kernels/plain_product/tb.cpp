#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(1);
    Checker check;
    for (int call = 0; call < 4; ++call) {
        int8_t a[SIZE][SIZE], b[SIZE][SIZE];
        int c[SIZE][SIZE];
        for (int i = 0; i < SIZE; ++i)
            for (int j = 0; j < SIZE; ++j) {
                a[i][j] = call == 0 ? -128 : int8_t(random.bits(8));
                b[i][j] = call == 0 ? -128 : int8_t(random.bits(8));
            }
        plain_product(a, b, c);
        for (int i = 0; i < SIZE; ++i)
            for (int j = 0; j < SIZE; ++j) {
                long long sum = 0;
                for (int k = 0; k < SIZE; ++k) sum += (long long)a[i][k] * b[k][j];
                check.equal("c", i * SIZE + j, c[i][j], sum);
            }
    }
    return check.status();
}

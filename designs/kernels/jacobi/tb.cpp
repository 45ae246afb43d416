#include "../bench.h"
#include "kernel.h"

int main() {
    Random random(13);
    Checker check;
    const int calls[] = {1, 2, 7};
    for (int steps : calls) {
        real grid[N][N];
        int codes[N][N], next[N][N];
        for (int i = 0; i < N; ++i)
            for (int j = 0; j < N; ++j) {
                codes[i][j] = next[i][j] = random.between(-8000000, 8000000);
                grid[i][j] = codes[i][j] / 65536.0;
            }
        jacobi(grid, steps);
        for (int t = 0; t < steps; ++t) {
            for (int i = 1; i < N - 1; ++i)
                for (int j = 1; j < N - 1; ++j)  // the sum is shifted down in its own type: no rounding
                    next[i][j] = (codes[i - 1][j] + codes[i + 1][j] + codes[i][j - 1] + codes[i][j + 1]) >> 2;
            for (int i = 0; i < N; ++i)
                for (int j = 0; j < N; ++j) codes[i][j] = next[i][j];
        }
        for (int i = 0; i < N * N; ++i)
            check.close("grid", i, grid[i / N][i % N].to_double(), codes[i / N][i % N] / 65536.0, 0);
    }
    return check.status();
}

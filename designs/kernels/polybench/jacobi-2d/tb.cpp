#include "../codes.h"
#include "kernel.h"

int main() {
    Random random(108);
    Checker check;
    static real A[N][N], B[N][N];
    static int x[2][N * N];
    for (int call = 0; call < 2; ++call) {
        fill(A, random), fill(B, random);
        for (int i = 0; i < N * N; ++i) x[0][i] = code(A[i / N][i % N]), x[1][i] = code(B[i / N][i % N]);
        kernel_jacobi_2d(A, B);
        for (int half = 0; half < 2 * STEPS; ++half) {
            const int *from = x[half % 2], fifth = 13107;  // 0.2 * 2^16, rounded down
            for (int i = N; i < N * N - N; ++i)
                if (i % N % (N - 1))
                    x[1 - half % 2][i] = cut((wide)fifth * ((wide)from[i] + from[i - 1] + from[i + 1] + from[i - N] + from[i + N]));
        }
        for (int i = 0; i < N * N; ++i) {
            check.equal("A", i, code(A[i / N][i % N]), x[0][i]);
            check.equal("B", i, code(B[i / N][i % N]), x[1][i]);
        }
    }
    return check.status();
}

#include "../codes.h"
#include "kernel.h"

int main() {
    Random random(107);
    Checker check;
    static real A[N], B[N];
    for (int call = 0; call < 3; ++call) {
        int x[2][N];
        fill(A, random), fill(B, random);
        for (int i = 0; i < N; ++i) x[0][i] = code(A[i]), x[1][i] = code(B[i]);
        kernel_jacobi_1d(A, B);
        for (int half = 0; half < 2 * STEPS; ++half) {
            const int *from = x[half % 2], third = 21845;  // 0.33333 * 2^16, rounded down
            for (int i = 1; i < N - 1; ++i)
                x[1 - half % 2][i] = cut((wide)third * ((wide)from[i - 1] + from[i] + from[i + 1]));
        }
        for (int i = 0; i < N; ++i) {
            check.equal("A", i, code(A[i]), x[0][i]);
            check.equal("B", i, code(B[i]), x[1][i]);
        }
    }
    return check.status();
}

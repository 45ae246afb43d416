// s = A^T r and q = A p in one pass.
#include "kernel.h"

void kernel_bicg(const real A[N][M], real s[M], real q[N], const real p[M], const real r[N]) {
clear:
    for (int i = 0; i < M; ++i) s[i] = 0;
rows:
    for (int i = 0; i < N; ++i) {
        q[i] = 0;
        for (int j = 0; j < M; ++j) {
            s[j] += r[i] * A[i][j];
            q[i] += A[i][j] * p[j];
        }
    }
}

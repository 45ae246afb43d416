#include "../codes.h"
#include "kernel.h"

int main() {
    Random random(104);
    Checker check;
    static real A[N][M], s[M], q[N], p[M], r[N];
    for (int call = 0; call < 3; ++call) {
        fill(A, random), fill(s, random), fill(q, random), fill(p, random), fill(r, random);
        kernel_bicg(A, s, q, p, r);
        for (int j = 0; j < M; ++j) {
            int total = 0;
            for (int i = N - 1; i >= 0; --i) total = sum(total, cut((wide)code(A[i][j]) * code(r[i])));
            check.equal("s", j, code(s[j]), total);
        }
        for (int i = 0; i < N; ++i) {
            int total = 0;
            for (int j = M - 1; j >= 0; --j) total = sum(total, cut((wide)code(A[i][j]) * code(p[j])));
            check.equal("q", i, code(q[i]), total);
        }
    }
    return check.status();
}

#include "../codes.h"
#include "kernel.h"

int main() {
    Random random(103);
    Checker check;
    static real A[M][N], x[N], y[N], tmp[M];
    for (int call = 0; call < 3; ++call) {
        int inner[M] = {}, outer[N] = {};
        fill(A, random), fill(x, random), fill(y, random), fill(tmp, random);
        kernel_atax(A, x, y, tmp);
        for (int j = 0; j < N; ++j)
            for (int i = 0; i < M; ++i) inner[i] = sum(inner[i], cut((wide)code(A[i][j]) * code(x[j])));
        for (int j = 0; j < N; ++j)
            for (int i = 0; i < M; ++i) outer[j] = sum(outer[j], cut((wide)code(A[i][j]) * inner[i]));
        for (int i = 0; i < M; ++i) check.equal("tmp", i, code(tmp[i]), inner[i]);
        for (int j = 0; j < N; ++j) check.equal("y", j, code(y[j]), outer[j]);
    }
    return check.status();
}

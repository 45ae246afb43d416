#include "../codes.h"
#include "kernel.h"

int main() {
    Random random(109);
    Checker check;
    static real x1[N], x2[N], y_1[N], y_2[N], A[N][N];
    for (int call = 0; call < 3; ++call) {
        int one[N], two[N];
        fill(x1, random), fill(x2, random), fill(y_1, random), fill(y_2, random), fill(A, random);
        for (int i = 0; i < N; ++i) one[i] = code(x1[i]), two[i] = code(x2[i]);
        for (int j = N - 1; j >= 0; --j)
            for (int i = 0; i < N; ++i) {
                one[i] = sum(one[i], cut((wide)code(A[i][j]) * code(y_1[j])));
                two[j] = sum(two[j], cut((wide)code(A[i][j]) * code(y_2[i])));
            }
        kernel_mvt(x1, x2, y_1, y_2, A);
        for (int i = 0; i < N; ++i) {
            check.equal("x1", i, code(x1[i]), one[i]);
            check.equal("x2", i, code(x2[i]), two[i]);
        }
    }
    return check.status();
}

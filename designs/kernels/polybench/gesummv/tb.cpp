#include "../codes.h"
#include "kernel.h"

int main() {
    Random random(106);
    Checker check;
    static real A[N][N], B[N][N], tmp[N], x[N], y[N];
    for (int call = 0; call < 3; ++call) {
        const int alpha = random_code(random), beta = random_code(random);
        fill(A, random), fill(B, random), fill(x, random), fill(y, random), fill(tmp, random);
        kernel_gesummv(from_code(alpha), from_code(beta), A, B, tmp, x, y);
        for (int i = 0; i < N; ++i) {
            int a = 0, b = 0;
            for (int j = N - 1; j >= 0; --j) {
                a = sum(a, cut((wide)code(A[i][j]) * code(x[j])));
                b = sum(b, cut((wide)code(B[i][j]) * code(x[j])));
            }
            check.equal("tmp", i, code(tmp[i]), a);
            check.equal("y", i, code(y[i]), cut((wide)alpha * a + (wide)beta * b));
        }
    }
    return check.status();
}

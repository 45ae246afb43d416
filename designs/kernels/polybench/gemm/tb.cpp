#include "../codes.h"
#include "kernel.h"

int main() {
    Random random(105);
    Checker check;
    static real A[NI][NK], B[NK][NJ], C[NI][NJ];
    for (int call = 0; call < 2; ++call) {
        const int alpha = random_code(random), beta = random_code(random);
        static int result[NI][NJ];
        fill(A, random), fill(B, random), fill(C, random);
        for (int j = 0; j < NJ; ++j)
            for (int i = 0; i < NI; ++i) {
                result[i][j] = cut((wide)beta * code(C[i][j]));
                for (int k = NK - 1; k >= 0; --k)
                    result[i][j] = sum(result[i][j], cut((wide)alpha * code(A[i][k]) * code(B[k][j]), 32));
            }
        kernel_gemm(from_code(alpha), from_code(beta), C, A, B);
        for (int i = 0; i < NI * NJ; ++i) check.equal("C", i, code(C[i / NJ][i % NJ]), result[i / NJ][i % NJ]);
    }
    return check.status();
}

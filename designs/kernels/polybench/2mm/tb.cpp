#include "../codes.h"
#include "kernel.h"

int main() {
    Random random(101);
    Checker check;
    static real tmp[NI][NJ], A[NI][NK], B[NK][NJ], C[NJ][NL], D[NI][NL];
    for (int call = 0; call < 2; ++call) {
        const int alpha = random_code(random), beta = random_code(random);
        static int product[NI][NJ], result[NI][NL];
        fill(A, random), fill(B, random), fill(C, random), fill(D, random), fill(tmp, random);
        for (auto& row : product)
            for (int& x : row) x = 0;
        for (int k = 0; k < NK; ++k)
            for (int i = 0; i < NI; ++i)
                for (int j = 0; j < NJ; ++j)
                    product[i][j] = sum(product[i][j], cut((wide)alpha * code(A[i][k]) * code(B[k][j]), 32));
        for (int i = 0; i < NI; ++i)
            for (int j = 0; j < NL; ++j) {
                result[i][j] = cut((wide)beta * code(D[i][j]));
                for (int k = NJ - 1; k >= 0; --k)
                    result[i][j] = sum(result[i][j], cut((wide)product[i][k] * code(C[k][j])));
            }
        kernel_2mm(from_code(alpha), from_code(beta), tmp, A, B, C, D);
        for (int i = 0; i < NI; ++i) {
            for (int j = 0; j < NJ; ++j) check.equal("tmp", i * NJ + j, code(tmp[i][j]), product[i][j]);
            for (int j = 0; j < NL; ++j) check.equal("D", i * NL + j, code(D[i][j]), result[i][j]);
        }
    }
    return check.status();
}

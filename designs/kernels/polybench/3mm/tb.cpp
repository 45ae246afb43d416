#include "../codes.h"
#include "kernel.h"

// Row by column, last product first.
template <int I, int K, int J> static void multiply(const int (&a)[I][K], const int (&b)[K][J], int (&c)[I][J]) {
    for (int i = 0; i < I; ++i)
        for (int j = 0; j < J; ++j) {
            c[i][j] = 0;
            for (int k = K - 1; k >= 0; --k) c[i][j] = sum(c[i][j], cut((wide)a[i][k] * b[k][j]));
        }
}

template <int I, int J> static void codes(const real (&from)[I][J], int (&to)[I][J]) {
    for (int i = 0; i < I * J; ++i) to[i / J][i % J] = code(from[i / J][i % J]);
}

int main() {
    Random random(102);
    Checker check;
    static real E[NI][NJ], A[NI][NK], B[NK][NJ], F[NJ][NL], C[NJ][NM], D[NM][NL], G[NI][NL];
    static int e[NI][NJ], a[NI][NK], b[NK][NJ], f[NJ][NL], c[NJ][NM], d[NM][NL], g[NI][NL];
    for (int call = 0; call < 2; ++call) {
        fill(A, random), fill(B, random), fill(C, random), fill(D, random);
        fill(E, random), fill(F, random), fill(G, random);
        codes(A, a), codes(B, b), codes(C, c), codes(D, d);
        multiply(a, b, e);
        multiply(c, d, f);
        multiply(e, f, g);
        kernel_3mm(E, A, B, F, C, D, G);
        for (int i = 0; i < NI * NJ; ++i) check.equal("E", i, code(E[i / NJ][i % NJ]), e[i / NJ][i % NJ]);
        for (int i = 0; i < NJ * NL; ++i) check.equal("F", i, code(F[i / NL][i % NL]), f[i / NL][i % NL]);
        for (int i = 0; i < NI * NL; ++i) check.equal("G", i, code(G[i / NL][i % NL]), g[i / NL][i % NL]);
    }
    return check.status();
}

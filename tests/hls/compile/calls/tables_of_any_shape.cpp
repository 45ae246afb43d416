// Tables whose initialisers Clang writes in its own shapes: zeros, rows of few numbers, structs, wide numbers.
#include "ap_int.h"
#include "ap_fixed.h"
struct P { int m[3]; };
void top(int i, int j, int k, ap_fixed<12, 11>& x, int& y, ap_uint<200>& z, int& w) {
    static const ap_fixed<12, 11> r[3][4][1] = {{{1}, {2}, {0}, {4}}, {{0}, {0}, {0}, {0}}, {{-1}, {-3}, {0}, {7}}};
    static const P s[2][2] = {{{1, 2, 3}, {4, 5, 6}}, {{7, 8, 9}, {0, 0, 0}}};
    static const ap_uint<200> t[2][3] = {{1, 2, 3}, {4}};
    static const int u[3][1][5] = {{{1, 2}}, {{0}}, {{5, 6, 7, 8, 9}}};
#pragma HLS ARRAY_PARTITION variable=r complete dim=3
#pragma HLS ARRAY_PARTITION variable=s complete dim=2
#pragma HLS ARRAY_RESHAPE variable=t complete dim=2
#pragma HLS ARRAY_PARTITION variable=u cyclic factor=2 dim=3
    x = r[i % 3u][j & 3][0];
    y = s[i & 1][j & 1].m[k % 3u];
    z = t[i & 1][k % 3u];
    w = u[i % 3u][0][k % 5u] + u[2][0][4] + u[j % 3u][0][1];
}

#include <cstdio>
#include "ap_int.h"
int top(int a, ap_int<5> b, int x[16], const int y[16], int &acc, short *out);
int main() {
    int acc = 7, bad = 0; unsigned r = 1;
    for (int n = 0; n < 5; ++n) {
        int x[16], y[16], a = 3 * n - 4; ap_int<5> b = n - 3; short out;
        int want[16], s = 0;
        for (int i = 0; i < 16; ++i) { r = r * 1103515245u + 12345u; x[i] = r >> 8; y[i] = r % 1000; want[i] = (int)((unsigned)x[i] * (unsigned)a + (unsigned)y[i]); s = (int)((unsigned)s + (unsigned)want[i]); }
        int before = acc, got = top(a, b, x, y, acc, &out);
        for (int i = 0; i < 16; ++i) bad += x[i] != want[i];
        bad += got != s; bad += acc != (int)((unsigned)before + (unsigned)s); bad += out != (short)(s + (int)b);
    }
    std::printf("bad %d\n", bad);
    return bad != 0;
}

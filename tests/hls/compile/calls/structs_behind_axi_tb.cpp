#include <ap_int.h>
struct Point { short x, y; int w; };
struct Complex { ap_int<18> re, im; };

void top(const Point *in, Point *both, const Complex *c, Complex *d, int n);

int main() {
    Point in[24], both[24];
    Complex c[24], d[24];
    for (int i = 0; i < 24; ++i) {
        in[i] = {short(i * i), short(-2 * i), i * i};
        both[i] = {3, short(i), -i};
        c[i].re = i * 1000 - 32000;
        c[i].im = -i * 77;
        d[i].re = d[i].im = 0;
    }
    for (int n : {24, 5, 0}) top(in, both, c, d, n);
    return 0;
}

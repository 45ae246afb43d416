#include "structs_behind_axi.h"

int main() {
    Point in[24], both[24];
    Complex c[24], d[24];
    Row rows[24], picked[24];
    Triple triples[24], sums[24];
    for (int i = 0; i < 24; ++i) {
        in[i] = {short(i * i), short(-2 * i), i * i};
        both[i] = {3, short(i), -i};
        c[i].re = i * 1000 - 32000;
        c[i].im = -i * 77;
        d[i].re = d[i].im = 0;
        for (int k = 0; k < 8; ++k) rows[i][k] = 100 * i - 31 * k, picked[i][k] = 7 * k - i;
        triples[i] = sums[i] = {i, -i, 5 * i};
    }
    for (int n : {24, 5, 0}) top(in, both, c, d, rows, picked, triples, sums, n);
    return 0;
}

#include "ap_fixed.h"
#include "ap_int.h"
struct Result {
    int quotient;
    short rest;
};
int top(int a, short b, ap_uint<3> op, const ap_fixed<12, 5> x[4], ap_fixed<20, 9> y[3], Result *divided, bool *negative);
int main() {
    unsigned state = 1;
    for (int n = 0; n < 40; n++) {
        ap_fixed<12, 5> x[4];
        ap_fixed<20, 9> y[3];
        for (int i = 0; i < 4; i++) x[i].range() = state = state * 1664525u + 1013904223u;
        for (int i = 0; i < 3; i++) y[i] = n;
        Result divided = {n, -1};
        bool negative = n % 2;
        top(int(state) >> (n % 20), short(state >> 7), state >> 29, x, y, &divided, &negative);
    }
    return 0;
}

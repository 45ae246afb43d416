#include "ap_int.h"
int top(int a, ap_int<5> b, int x[16], const int y[16], int &acc, short *out) {
    int s = 0;
    for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=1
        x[i] = x[i] * a + y[i];
        s += x[i];
    }
    acc += s;
    *out = s + b;
    return s;
}

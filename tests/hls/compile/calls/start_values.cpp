// Numbers that a dataflow region starts from constants, and processes change: in loops and in functions.
#include "hls_stream.h"

static void scale(hls::stream<int>& s, int sum, int largest, int product, int* y) {
    for (int i = 0; i < 16; ++i) y[i] = s.read() * sum + largest - product;
}

static void multiply(hls::stream<int>& from, int& product, hls::stream<int>& to) {
    for (int i = 0; i < 16; ++i) {
        const int x = from.read();
        product *= 2 * x + 1;
        to.write(x);
    }
}

void top(const int x[16], int y[16]) {
#pragma HLS DATAFLOW
    int sum = 0, product = 3, largest = -1000;
    hls::stream<int> s("s"), t("t");
#pragma HLS STREAM variable=t depth=16
    for (int i = 0; i < 16; ++i) {
        sum += x[i];
        if (x[i] > largest) largest = x[i];
        s.write(x[i]);
    }
    multiply(s, product, t);
    scale(t, sum, largest, product, y);
}

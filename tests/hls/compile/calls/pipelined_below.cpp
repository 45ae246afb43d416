// Functions with modules of their own whose calls overlap, called by plain code, one of them with a single stage; and as
// processes that hand numbers on.
#include "ap_int.h"

static int mixed(int a, int b) {
#pragma HLS INLINE off
#pragma HLS PIPELINE II=1
    return a ^ (b << 1);
}

static int scaled(int a, short by, ap_uint<5> &shifts) {
#pragma HLS INLINE off
#pragma HLS PIPELINE II=2
    static int calls = 0;
    calls += by & 1;
    shifts = calls;
    return a * by / (by ? by : 3) + calls;
}

static void first(int a, int b, int &sum, int &product) {
#pragma HLS PIPELINE II=1
    sum = a + b;
    product = a * b;
}

static void second(int sum, int product, int c, int &result) {
#pragma HLS PIPELINE II=1
    result = product % (sum | 1) + c;
}

static void chained(int a, int b, int c, int &result) {
#pragma HLS DATAFLOW
    int sum, product;
    first(a, b, sum, product);
    second(sum, product, c, result);
}

int top(const int x[12], int y[12], short by) {
    int total = 0;
    for (int i = 0; i < 12; i++) {
        ap_uint<5> shifts;
        int a = mixed(x[i], total), b = scaled(a, by + i, shifts), c;
        chained(a, b, i, c);
        y[i] = mixed(b, c) >> shifts;
        total += y[i];
    }
    return total;
}

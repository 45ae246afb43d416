// Calls that overlap: numbers of every kind come in with their call and go out with it, some of them not in every call.
#include "ap_fixed.h"
#include "ap_int.h"

struct Result {
    int quotient;
    short rest;
};

int top(int a, short b, ap_uint<3> op, const ap_fixed<12, 5> x[4], ap_fixed<20, 9> y[3], Result *divided, bool *negative) {
#pragma HLS ARRAY_PARTITION variable=x complete
#pragma HLS ARRAY_PARTITION variable=y complete
#pragma HLS PIPELINE II=1
    int r = 0;
    switch (op) {
    case 0: r = a + b; break;
    case 1: r = a * b; break;
    case 2: r = a - b; break;
    case 3: *negative = a < 0; break;
    default: r = op == 4 ? ~a : b;
    }
    if (op != 3) *negative = r < 0;
    divided->quotient = a / (b ? b : 1);
    divided->rest = a % (b ? b : 1);
    for (int i = 0; i < 3; i++) {
        ap_fixed<20, 9> sum = 0;
        for (int j = 0; j < 4; j++) sum += x[(i + j) % 4] * ap_fixed<12, 5>(0.25 * (i - j));
        if (i < 2 || op[0]) y[i] = sum;
    }
    if (op == 5) y[1] = x[op & 3];
    return r;
}

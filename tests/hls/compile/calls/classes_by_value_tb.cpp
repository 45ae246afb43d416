#include "ap_fixed.h"
#include "ap_int.h"
#include "hls_stream.h"
struct Limits {
    ap_int<9> low, high;
};
struct Mode {  // with bytes between that nobody reads
    signed char kind;
    ap_int<1> sign;
    int bias;
};
struct Table {
    ap_int<70> base;
    short at[4];
    bool swapped;
};
void top(ap_int<16> gain, ap_ufixed<10, 4> offset, Limits limits, Mode mode, Table table,
         hls::stream<int> &in, hls::stream<int> &out, ap_int<20> &sum);
int main() {
    for (int n = 0; n < 6; n++) {
        hls::stream<int> in, out;
        ap_int<20> sum;
        Limits limits = {-20 * n, 30 + n};
        for (int i = 0; i < 6; i++) in.write(i * 7 - 3 * n);
        top(n * 11 - 20, ap_ufixed<10, 4>(n * 1.375), limits, {(signed char)(n * 57), n % 2, 100 - 7000 * n},
            {ap_int<70>(n) << (9 * n), {short(n), short(-300 * n), 3, -4}, n % 2 == 0}, in, out, sum);
        while (!out.empty()) out.read();
    }
    return 0;
}

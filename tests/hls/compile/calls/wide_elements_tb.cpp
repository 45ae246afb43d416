#include "ap_int.h"

ap_int<192> top(ap_uint<150> before, const ap_uint<150> in[8], ap_uint<150> out[8], int row, ap_uint<192>& last);

int main() {
    for (int call = 0; call < 3; ++call) {
        ap_uint<150> in[8], out[8];
        ap_uint<192> last = 0;
        for (int i = 0; i < 8; ++i) in[i] = (ap_uint<150>(call * 17 + i * i) << 120) + i * call;
        top((ap_uint<150>(9) << 140) + call, in, out, call, last);
    }
    return 0;
}

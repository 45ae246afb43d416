#include "ap_int.h"
#include "ap_shift_reg.h"
#include "hls_stream.h"

typedef ap_int<8> sample;

void top(hls::stream<sample> &in, hls::stream<ap_int<12>> &out) {
    static ap_shift_reg<sample, 6> lines[2][2];
#pragma HLS ARRAY_PARTITION variable=lines complete dim=2
    static ap_shift_reg<sample, 4> taps;
    for (int i = 0; i < 20; i++) {
#pragma HLS PIPELINE II=1
        sample x = in.read();
        sample a = lines[0][0].shift(x), b = lines[1][0].shift(a);
        sample c = lines[0][1].shift(x + 1), d = lines[1][1].shift(c);
        sample e = taps.shift(b, i & 3, x > 0);
        out.write(a + b + c + d + e);
    }
}

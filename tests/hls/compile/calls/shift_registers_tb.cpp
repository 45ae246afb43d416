#include "ap_int.h"
#include "hls_stream.h"

void top(hls::stream<ap_int<8>> &in, hls::stream<ap_int<12>> &out);

static int shifted(int *values, int count, int next) {
    int last = values[count - 1];
    for (int k = count - 1; k > 0; k--) values[k] = values[k - 1];
    values[0] = next;
    return last;
}

int main() {
    hls::stream<ap_int<8>> in;
    hls::stream<ap_int<12>> out;
    int lines[2][2][6] = {}, taps[4] = {}, seed = 1;
    for (int call = 0; call < 4; call++) {
        ap_int<8> x[20];
        for (ap_int<8> &each : x) in.write(each = (seed = seed * 1103515245 + 12345) >> 16);
        top(in, out);
        for (int i = 0; i < 20; i++) {
            int a = shifted(lines[0][0], 6, x[i]), b = shifted(lines[1][0], 6, a);
            int c = shifted(lines[0][1], 6, ap_int<8>(x[i] + 1)), d = shifted(lines[1][1], 6, c), e = taps[i & 3];
            if (x[i] > 0) shifted(taps, 4, b);
            if (out.read() != ap_int<12>(a + b + c + d + e)) return 1;
        }
    }
    return 0;
}

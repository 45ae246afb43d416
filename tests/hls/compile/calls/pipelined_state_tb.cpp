#include "ap_int.h"
#include "hls_stream.h"
void top(hls::stream<int> &in, hls::stream<int> &out, ap_uint<4> at, bool put, int gain, int &last);
int main() {
    hls::stream<int> in, out;
    unsigned state = 7;
    for (int n = 0; n < 60; n++) {
        int last = 0;
        state = state * 1664525u + 1013904223u;
        in.write(int(state >> 9));
        if (n < 16) top(in, out, n, true, n, last);
        else top(in, out, state >> 28, state >> 27 & 1, int(state >> 12) - 500, last);
        out.read();
    }
    return 0;
}

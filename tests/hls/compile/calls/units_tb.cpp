#include "hls_stream.h"
int top(hls::stream<int> &in, int y[16], int n, int &b);
int main() {
    static hls::stream<int> in; int y[16], b = 3;
    for (int c = 0; c < 4; ++c) {
        for (int i = 0; i < 16; ++i) { in.write(i * 7 - c * 20); y[i] = c - i; }
        top(in, y, c * 2, b);
    }
    return 0;
}

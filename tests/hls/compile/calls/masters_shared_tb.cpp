#include "hls_stream.h"

void top(int* a, int* b, hls::stream<int>& out, int n);

int main() {
    static int a[64], b[64];
    hls::stream<int> out;
    for (int n = 0; n < 5; ++n) {
        for (int i = 0; i < 64; ++i) a[i] = i + n, b[i] = 3 * i - n;
        top(a, b, out, n);
    }
    while (!out.empty()) out.read();
    return 0;
}

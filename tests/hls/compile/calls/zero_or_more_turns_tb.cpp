#include "hls_stream.h"

void top(hls::stream<int> &in, hls::stream<int> &out, int n, int table[16]);

int main() {
    int table[16];
    for (int k = 0; k < 16; ++k) table[k] = k * k % 23;
    hls::stream<int> in("in"), out("out");
    const int turns[] = {12, 0, 1, 30};
    for (int n : turns) {
        for (int k = 0; k < 2 * n; ++k) in.write(k * 29 % 97);
        top(in, out, n, table);
    }
    while (!out.empty()) out.read();
    return 0;
}

#include "hls_stream.h"

void top(int bus[16], const int table[64], hls::stream<int> &in, hls::stream<int> &out);

int main() {
    int bus[16], table[64];
    for (int i = 0; i < 64; ++i) table[i] = i * i - 50 * i;
    for (int i = 0; i < 16; ++i) bus[i] = 1000 + i;
    hls::stream<int> in("in"), out("out");
    for (int call = 0; call < 3; ++call) {
        for (int i = 0; i < 8; ++i) in.write((i * 37 + 11 * call) % 150);
        top(bus, table, in, out);
    }
    for (int i = 0; i < 3 * 8; ++i) out.read();
    return 0;
}

#include "hls_stream.h"

void top(bool load, unsigned samples, hls::stream<int>& words, hls::stream<int>& in, hls::stream<int>& out);

int main() {
    hls::stream<int> words, in, out;
    const unsigned samples[] = {2, 8, 0, 3, 0, 2, 0};
    const bool load[] = {false, true, true, false, false, true, true}; // at last what they held at first
    const int first[16][4] = {{1, 2, 3, 9}, {4, 0, 0, 10}, {0, 5, 6, 11}, {7, 8, 0, 0}};
    for (int call = 0; call < 7; ++call) {
        for (int i = 0; load[call] && i < 48; ++i) words.write(call == 6 ? first[i / 3][i % 3] : i * 7 * call - 100);
        for (int i = 0; load[call] && i < 16; ++i) words.write(call == 6 ? first[i][3] : i * 1000003 * call);
        for (unsigned i = 0; i < 16 * samples[call]; ++i) in.write(i * 37 + call);
        top(load[call], samples[call], words, in, out);
        for (unsigned i = 0; i < 16 * samples[call]; ++i) out.read();
    }
    return 0;
}

#include "requests_by_hand.h"

int main() {
    static Pair in[32];
    static Row out[32];
    static Wide mem[16];
    static int plain[16];
    for (int i = 0; i < 32; ++i) in[i].low = 7 * i - 40, in[i].high = 12345 * i - 200000;
    for (int i = 0; i < 16; ++i) mem[i] = (Wide(i + 1) << 100) - i, plain[i] = i;
    const unsigned counts[][2] = {{10, 7}, {0, 5}, {5, 0}, {0, 0}, {1, 1}, {15, 12}};
    for (const auto& count : counts) top(in, out, mem, plain, count[0], count[1]);
    return 0;
}

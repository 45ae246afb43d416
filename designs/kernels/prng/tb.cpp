#include "../bench.h"
#include "kernel.h"

int main() {
    Checker check;
    uint32_t lfsr = 1, x = 2463534242;
    for (int call = 0; call < 5; ++call) {
        hls::stream<numbers> out;
        const bool reseed = call == 3;
        const uint32_t seed = 0xDEADBEE0;
        if (reseed) lfsr = (seed | 1) & 0x7FFFFF, x = seed | 1;
        prng(out, 50 + 30 * call, reseed, seed);
        for (int n = 0; n < 50 + 30 * call; ++n) {
            const numbers got = out.read();
            lfsr = (lfsr << 1 & 0x7FFFFF) | ((lfsr >> 22 ^ lfsr >> 17) & 1);
            x ^= x << 13, x ^= x >> 17, x ^= x << 5;
            check.equal("lfsr", n, got.lfsr.to_uint(), lfsr);
            check.equal("xorshift", n, got.xorshift.to_uint(), x);
        }
    }
    return check.status();
}

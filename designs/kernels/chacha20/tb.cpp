#include "../bench.h"
#include "kernel.h"

// One block as RFC 8439 writes it: column rounds and diagonal rounds by index lists.
static void block(const uint32_t start[16], uint32_t out[16]) {
    static const uint8_t steps[8][4] = {{0, 4, 8, 12}, {1, 5, 9, 13}, {2, 6, 10, 14}, {3, 7, 11, 15},
                                        {0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13}, {3, 4, 9, 14}};
    static const int turns[4] = {16, 12, 8, 7};
    for (int i = 0; i < 16; ++i) out[i] = start[i];
    for (int step = 0; step < 80; ++step)
        for (int half = 0; half < 4; ++half) {
            const uint8_t* q = steps[step % 8];
            uint32_t &sum = out[q[half % 2 * 2]], &add = out[q[half % 2 ? 3 : 1]], &mixed = out[q[half % 2 ? 1 : 3]];
            sum += add;
            mixed ^= sum;
            mixed = mixed << turns[half] | mixed >> (32 - turns[half]);
        }
    for (int i = 0; i < 16; ++i) out[i] += start[i];
}

int main() {
    Random random(46);
    Checker check;
    const int calls[] = {16, 75, 1};
    for (int words : calls) {
        hls::stream<ap_uint<32>> in, out;
        uint32_t start[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}, keys[16], text[75];
        for (int i = 4; i < 16; ++i) start[i] = random.bits();
        if (words == 16) {  // section 2.3.2 of the RFC
            for (int i = 0; i < 8; ++i) start[4 + i] = 0x03020100 + 0x04040404 * i;
            start[12] = 1, start[13] = 0x09000000, start[14] = 0x4a000000, start[15] = 0;
            block(start, keys);
            check.equal("oracle", 0, keys[0], 0xe4e7f110);
        }
        ap_uint<256> key = 0;
        ap_uint<96> nonce = 0;
        for (int i = 7; i >= 0; --i) key = key << 32 | start[4 + i];
        for (int i = 2; i >= 0; --i) nonce = nonce << 32 | start[13 + i];
        for (int n = 0; n < words; ++n) in.write(text[n] = random.bits());
        chacha20(in, out, key, nonce, start[12], words);
        for (int n = 0; n < words; ++n, start[12] += n % 16 == 0) {
            block(start, keys);
            check.equal("out", n, out.read().to_uint(), text[n] ^ keys[n % 16]);
        }
    }
    return check.status();
}

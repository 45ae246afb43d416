#include "../bench.h"
#include "kernel.h"

// AES from its definition: multiplication in the field, inverses by search.
static uint8_t times(uint8_t a, uint8_t b) {
    uint8_t product = 0;
    for (; b; b >>= 1, a = a << 1 ^ (a & 0x80 ? 0x1B : 0))
        if (b & 1) product ^= a;
    return product;
}

static uint8_t substitute(uint8_t x) {
    int inverse = 0;
    for (int y = 1; y < 256; ++y)
        if (times(x, y) == 1) inverse = y;
    uint8_t out = 0x63;
    for (int turn = 0; turn < 5; ++turn) out ^= inverse << turn | inverse >> (8 - turn);
    return out;
}

static void encrypt(const uint8_t key[16], const uint8_t in[16], uint8_t out[16], const uint8_t sbox[256]) {
    uint8_t words[176], state[16];
    for (int i = 0; i < 16; ++i) words[i] = key[i];
    for (int i = 16, constant = 1; i < 176; i += 4) {
        uint8_t t[4];
        for (int k = 0; k < 4; ++k) t[k] = i % 16 ? words[i - 4 + k] : sbox[words[i - 4 + (k + 1) % 4]];
        if (i % 16 == 0) t[0] ^= constant, constant = times(constant, 2);
        for (int k = 0; k < 4; ++k) words[i + k] = words[i - 16 + k] ^ t[k];
    }
    for (int i = 0; i < 16; ++i) state[i] = in[i] ^ words[i];
    for (int round = 1; round <= 10; ++round) {
        for (int i = 0; i < 16; ++i) out[i] = sbox[state[(i + 4 * (i % 4)) % 16]];
        for (int i = 0; i < 16; ++i) {
            const uint8_t* c = out + i / 4 * 4;
            const uint8_t mixed = times(2, c[i % 4]) ^ times(3, c[(i + 1) % 4]) ^ c[(i + 2) % 4] ^ c[(i + 3) % 4];
            state[i] = words[16 * round + i] ^ (round < 10 ? mixed : out[i]);
        }
    }
    for (int i = 0; i < 16; ++i) out[i] = state[i];
}

static block pack(const uint8_t bytes[16]) {
    block all = 0;
    for (int i = 0; i < 16; ++i) all = all << 8 | bytes[i];
    return all;
}

int main() {
    Random random(44);
    Checker check;
    uint8_t sbox[256], key[16], text[20][16], coded[16];
    for (int x = 0; x < 256; ++x) sbox[x] = substitute(x);
    const int calls[] = {1, 20, 3};
    for (int blocks : calls) {
        hls::stream<block> plain, out;
        // first the example of FIPS 197
        for (int i = 0; i < 16; ++i) key[i] = blocks == 1 ? i : random.bits(8);
        for (int n = 0; n < blocks; ++n) {
            for (int i = 0; i < 16; ++i) text[n][i] = blocks == 1 ? 0x11 * i : random.bits(8);
            plain.write(pack(text[n]));
        }
        aes_128(plain, out, pack(key), blocks);
        for (int n = 0; n < blocks; ++n) {
            encrypt(key, text[n], coded, sbox);
            if (blocks == 1) check.equal("oracle", 0, coded[0] << 24 | coded[1] << 16 | coded[14] << 8 | coded[15], 0x69C4C55A);
            const block got = out.read();
            for (int i = 0; i < 16; ++i)
                check.equal("coded", 16 * n + i, ap_uint<8>(got >> (120 - 8 * i)).to_int(), coded[i]);
        }
    }
    return check.status();
}

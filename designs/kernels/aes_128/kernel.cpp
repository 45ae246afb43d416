// AES-128 in ECB mode: the key is expanded once; the 16 substitutions of a round share two ports.
#include "kernel.h"

typedef ap_uint<8> byte;

struct substitution {
    unsigned char of[256];

    constexpr substitution() : of() {
        unsigned char p = 1, q = 1;  // p runs through the field by powers of 3, q through the inverses
        do {
            p = p ^ (p << 1) ^ (p & 0x80 ? 0x1B : 0);
            q ^= q << 1;
            q ^= q << 2;
            q ^= q << 4;
            if (q & 0x80) q ^= 0x09;
            unsigned turned = q * 0x101;
            of[p] = q ^ (turned >> 7) ^ (turned >> 6) ^ (turned >> 5) ^ (turned >> 4) ^ 0x63;
        } while (p != 1);
        of[0] = 0x63;
    }
};

static constexpr substitution sbox;

static byte twice(byte x) { return byte(x << 1) ^ (x[7] ? byte(0x1B) : byte(0)); }

static byte at(const block& state, int column, int row) {
    const int low = 120 - 8 * (4 * column + row);
    return state(low + 7, low);
}

static block shuffled(const block& state, bool last) {
    block next;
    for (int column = 0; column < 4; ++column) {
        byte s[4];
        for (int row = 0; row < 4; ++row) s[row] = sbox.of[at(state, (column + row) % 4, row)];
        const byte all = s[0] ^ s[1] ^ s[2] ^ s[3];
        for (int row = 0; row < 4; ++row) {
            const int low = 120 - 8 * (4 * column + row);
            next(low + 7, low) = last ? s[row] : byte(s[row] ^ all ^ twice(s[row] ^ s[(row + 1) % 4]));
        }
    }
    return next;
}

static block next_key(const block& key, byte constant) {
    ap_uint<32> turned;
    for (int row = 0; row < 4; ++row) turned(31 - 8 * row, 24 - 8 * row) = sbox.of[at(key, 3, (row + 1) % 4)];
    turned ^= ap_uint<32>(constant) << 24;
    block next;
    for (int column = 0; column < 4; ++column) {
        const int low = 96 - 32 * column;
        turned ^= key(low + 31, low);
        next(low + 31, low) = turned;
    }
    return next;
}

void aes_128(hls::stream<block>& plain, hls::stream<block>& coded, block key, int blocks) {
#pragma HLS INTERFACE axis port=plain
#pragma HLS INTERFACE axis port=coded
#pragma HLS INTERFACE s_axilite port=key
#pragma HLS INTERFACE s_axilite port=blocks
#pragma HLS INTERFACE s_axilite port=return
    block keys[11];
    keys[0] = key;
    byte constant = 1;
expand:
    for (int round = 1; round < 11; ++round) {
#pragma HLS PIPELINE II=4
        key = next_key(key, constant);
        keys[round] = key;
        constant = twice(constant);
    }
blocks:
    for (int n = 0; n < blocks; ++n) {
#pragma HLS LOOP_TRIPCOUNT min=1 max=20
        block state = plain.read() ^ keys[0];
    rounds:
        for (int round = 1; round < 11; ++round) {
#pragma HLS PIPELINE II=8
            state = shuffled(state, round == 10) ^ keys[round];
        }
        coded.write(state);
    }
}

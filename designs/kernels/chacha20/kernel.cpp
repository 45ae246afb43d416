// ChaCha20: a process makes the key stream, another mixes it with the text. Word 0 of a key is its low end.
#include "kernel.h"

typedef ap_uint<32> word;

static void quarter(word& a, word& b, word& c, word& d) {
    const auto turn = [](word x, int by) -> word { return x << by | x >> (32 - by); };
    a += b, d = turn(d ^ a, 16);
    c += d, b = turn(b ^ c, 12);
    a += b, d = turn(d ^ a, 8);
    c += d, b = turn(b ^ c, 7);
}

static void make_keys(hls::stream<word>& keys, ap_uint<256> key, ap_uint<96> nonce, word counter, int words) {
    const int blocks = (words + 15) / 16;
blocks:
    for (int n = 0; n < blocks; ++n) {
#pragma HLS LOOP_TRIPCOUNT min=1 max=5
        word first[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}, v[16];
#pragma HLS ARRAY_PARTITION variable=first complete
#pragma HLS ARRAY_PARTITION variable=v complete
        for (int k = 0; k < 8; ++k) first[4 + k] = key(32 * k + 31, 32 * k);
        first[12] = counter + n;
        for (int k = 0; k < 3; ++k) first[13 + k] = nonce(32 * k + 31, 32 * k);
        for (int k = 0; k < 16; ++k) v[k] = first[k];
    rounds:
        for (int round = 0; round < 10; ++round) {
#pragma HLS PIPELINE II=4
            for (int k = 0; k < 4; ++k) quarter(v[k], v[4 + k], v[8 + k], v[12 + k]);
            for (int k = 0; k < 4; ++k) quarter(v[k], v[4 + (k + 1) % 4], v[8 + (k + 2) % 4], v[12 + (k + 3) % 4]);
        }
    send:
        for (int k = 0; k < 16; ++k) {
#pragma HLS PIPELINE II=1
            keys.write(v[k] + first[k]);
        }
    }
}

static void mix(hls::stream<word>& in, hls::stream<word>& keys, hls::stream<word>& out, int words) {
mix:
    for (int n = 0; n < (words + 15) / 16 * 16; ++n) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=16 max=80
        const word key = keys.read();
        if (n < words) out.write(in.read() ^ key);
    }
}

void chacha20(hls::stream<word>& in, hls::stream<word>& out, ap_uint<256> key, ap_uint<96> nonce, word counter, int words) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS DATAFLOW
    hls::stream<word, 16> keys("keys");
    make_keys(keys, key, nonce, counter, words);
    mix(in, keys, out, words);
}

// SHA-256 of padded blocks of 16 words, a round each cycle; the schedule is a shift register.
#include "kernel.h"

typedef ap_uint<32> word;

static const word constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
    0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
    0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

template <int BITS> static word turn(const word& x) { return x >> BITS | x << (32 - BITS); }

void sha_256(hls::stream<ap_uint<32>>& words, ap_uint<256>& digest, int blocks) {
#pragma HLS INTERFACE axis port=words
    word hash[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
#pragma HLS ARRAY_PARTITION variable=hash complete
blocks:
    for (int n = 0; n < blocks; ++n) {
#pragma HLS LOOP_TRIPCOUNT min=1 max=5
        word schedule[16], v[8];
#pragma HLS ARRAY_PARTITION variable=schedule complete
#pragma HLS ARRAY_PARTITION variable=v complete
        for (int k = 0; k < 8; ++k) v[k] = hash[k];
    rounds:
        for (int round = 0; round < 64; ++round) {
#pragma HLS PIPELINE II=1
            const word early = schedule[1], late = schedule[14];
            word next = schedule[0] + schedule[9] + (turn<7>(early) ^ turn<18>(early) ^ early >> 3) +
                        (turn<17>(late) ^ turn<19>(late) ^ late >> 10);
            if (round < 16) next = words.read();
            for (int k = 0; k < 15; ++k) schedule[k] = schedule[k + 1];
            schedule[15] = next;
            const word choice = (v[4] & v[5]) ^ (~v[4] & v[6]), majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            const word first = v[7] + (turn<6>(v[4]) ^ turn<11>(v[4]) ^ turn<25>(v[4])) + choice + constants[round] + next;
            const word second = (turn<2>(v[0]) ^ turn<13>(v[0]) ^ turn<22>(v[0])) + majority;
            for (int k = 7; k > 0; --k) v[k] = v[k - 1];
            v[4] += first;
            v[0] = first + second;
        }
        for (int k = 0; k < 8; ++k) hash[k] += v[k];
    }
    for (int k = 0; k < 8; ++k) digest(255 - 32 * k, 224 - 32 * k) = hash[k];
}

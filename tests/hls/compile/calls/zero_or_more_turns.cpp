// Loops that go on from several places: `continue` in while loops, around unrolled loops and around each other.
#include "hls_stream.h"

void top(hls::stream<int> &in, hls::stream<int> &out, int n, int table[16]) {
    int sum = 0;
    int left = n;
    while (left-- > 0) {
        const int x = in.read();
        if (x & 1) continue;
        sum += x;
        for (int k = 0; k < 3; ++k) {
#pragma HLS UNROLL
            table[(sum + k) & 15] += k + 1;
        }
    }
    left = n;
    while (left-- > 0) {
        if (table[left & 15] & 4) continue;
        sum ^= table[(sum + left) & 15];
        for (int k = 0; k < 4; ++k) {
#pragma HLS UNROLL
            sum += table[(sum + k) & 15] >> k;
        }
    }
    int turns = 0;
    while (turns < n) {
#pragma HLS PIPELINE II=2
        ++turns;
        const int x = in.read();
        if (x > 60) continue;
        if (x & 2) {
            sum -= x;
            continue;
        }
        out.write(sum + x);
    }
    while (n > 0) {
        --n;
        int inner = table[n & 15] & 3;
        while (inner > 0) {
            --inner;
            if (table[inner] & 2) continue;
            sum += table[(n + inner) & 15];
        }
        if (sum & 1) continue;
        sum += n;
    }
    out.write(sum);
}

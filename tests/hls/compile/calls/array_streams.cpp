#include "array_streams.h"

// Arrays in modes axis and ap_fifo, whose elements pass in order: in nests, unrolled, whole structs, packets, by a pointer
// that walks along, in both arms of an if, and as many as a condition lets through.
void top(const int a[16], int b[16], pair_t p[8], pair_t q[8], packet s[6], packet t[6], ap_int<5> c[4][3], ap_int<7>* d,
         int kept[16], unsigned char bytes[8], unsigned* words, hls::stream<short>& in, hls::stream<ap_uint<19>>& out, int n) {
#pragma HLS INTERFACE axis port=a
#pragma HLS INTERFACE axis port=b
#pragma HLS INTERFACE axis port=p
#pragma HLS INTERFACE ap_fifo port=q
#pragma HLS INTERFACE axis port=s
#pragma HLS INTERFACE axis port=t
#pragma HLS INTERFACE ap_fifo port=c
#pragma HLS INTERFACE ap_fifo port=d depth=12
#pragma HLS INTERFACE axis port=kept
#pragma HLS INTERFACE mode=axis port=bytes
#pragma HLS INTERFACE axis port=words depth=2
#pragma HLS INTERFACE ap_fifo port=in
#pragma HLS INTERFACE ap_fifo port=out
    int seen[16], at = 0;
    for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE
        seen[i] = a[i];
        b[i] = a[i] < 0 ? 0 : a[i] * n;  // read once
    }
    for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE
        if (seen[15 - i] > n) kept[at++] = seen[15 - i];
    }
    for (; at < 16; ++at) kept[at] = -at;
    for (ap_uint<4> i = 0; i < 8; ++i) {
        pair_t x = p[i];
        x.x += x.v[1];
        q[i] = x;
    }
    for (int i = 0; i < 6; ++i) {
#pragma HLS UNROLL factor=2
        packet w = s[i];
        w.data += n;
        w.user = i;
        w.last = i == 5;
        t[i] = w;
    }
    for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 3; ++j) {
            const int value = c[i][j];
            if (value & 1)
                *d++ = value + i;
            else
                *d++ = value - j;
        }
    for (int i = 0; i < 8; i += 4) {
        const unsigned first = bytes[i];  // only some of them count, all are read
        const unsigned others[3] = {bytes[i + 1], bytes[i + 2], bytes[i + 3]};
        *words++ = first | others[2] << 24;
    }
    for (int i = 0; i < 10; ++i) out.write(in.read() * 3);
}

#include "array_streams.h"

int main() {
    int a[16], b[16], kept[16];
    pair_t p[8], q[8];
    packet s[6], t[6];
    ap_int<5> c[4][3];
    ap_int<7> d[12];
    unsigned char bytes[8];
    unsigned words[2];
    hls::stream<short> in;
    hls::stream<ap_uint<19>> out;
    for (int call = 0; call < 4; ++call) {
        for (int i = 0; i < 16; ++i) a[i] = (i * 7919 + call * 104729) % 400 - 200;
        for (int i = 0; i < 8; ++i) {
            p[i].x = i * 1000 - call;
            p[i].y = i * 5;
            p[i].v[0] = -i;
            p[i].v[1] = i * 70000;
            bytes[i] = i * 37 + call;
        }
        for (int i = 0; i < 6; ++i) {
            s[i].data = i * 100003 + call;
            s[i].keep = i;
            s[i].strb = 7 - i;
            s[i].user = s[i].last = 0;
        }
        for (int i = 0; i < 12; ++i) c[i / 3][i % 3] = i * 11 + call;
        for (int i = 0; i < 10; ++i) in.write(i * 3000 - call);
        top(a, b, p, q, s, t, c, d, kept, bytes, words, in, out, call * 25);
    }
}

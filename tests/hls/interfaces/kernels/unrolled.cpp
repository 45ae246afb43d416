// Four words an iteration, a butterfly of two halves, and words behind each other in another order.
void unrolled(const int *a, int *b, int *c) {
#pragma HLS INTERFACE m_axi port=a bundle=g0 depth=64
#pragma HLS INTERFACE m_axi port=b bundle=g1 depth=64
#pragma HLS INTERFACE m_axi port=c bundle=g2 depth=64
#pragma HLS INTERFACE s_axilite port=return
    for (int i = 0; i < 64; i++) {
#pragma HLS PIPELINE II=4
#pragma HLS UNROLL factor=4
        b[i] = a[i] ^ 0x5a;
    }
    for (int i = 0; i < 32; i++) {
#pragma HLS PIPELINE II=2
        int x = a[i], y = a[i + 32];
        c[i] = x + y;
        c[i + 32] = x - y;
    }
    for (int i = 0; i < 32; i++) {
#pragma HLS PIPELINE II=2
        int y = a[2 * i + 1], x = a[2 * i];
        b[2 * i + 1] ^= x;
        b[2 * i] ^= y;
    }
}
#ifdef BENCH
int main() {
    static int a[64], b[64], c[64], e[64];
    int bad = 0;
    for (int i = 0; i < 64; i++) a[i] = i * i * 77, e[i] = a[i] ^ 0x5a;
    unrolled(a, b, c);
    for (int i = 0; i < 32; i++) { e[2 * i + 1] ^= a[2 * i]; e[2 * i] ^= a[2 * i + 1]; }
    for (int i = 0; i < 64; i++) bad += b[i] != e[i];
    for (int i = 0; i < 32; i++) bad += c[i] != a[i] + a[i + 32] || c[i + 32] != a[i] - a[i + 32];
    return bad;
}
#endif

// Three arrays on one bundle, a count that is known at run time only; a call with nothing to do.
void vadd(const int *a, const int *b, int *c, int n) {
#pragma HLS INTERFACE m_axi port=a offset=slave bundle=gmem depth=64
#pragma HLS INTERFACE m_axi port=b offset=slave bundle=gmem depth=64
#pragma HLS INTERFACE m_axi port=c offset=slave bundle=gmem depth=64
#pragma HLS INTERFACE s_axilite port=n
#pragma HLS INTERFACE s_axilite port=return
    for (int i = 0; i < n; i++) {
#pragma HLS PIPELINE
        c[i] = a[i] + b[i];
    }
}
#ifdef BENCH
int main() {
    static int a[64], b[64], c[64];
    int bad = 0;
    for (int t = 0; t < 5; t++) {
        int n = t == 3 ? 0 : t == 4 ? 1 : 64 >> t;
        for (int i = 0; i < 64; i++) { a[i] = i * 7 + t; b[i] = 1000 - i * t; c[i] = -1; }
        vadd(a, b, c, n);
        for (int i = 0; i < 64; i++) bad += c[i] != (i < n ? a[i] + b[i] : -1);
    }
    return bad;
}
#endif

// Every third element, backwards in the output: one request for each word.
void strided(const short *in, short *out, int n) {
#pragma HLS INTERFACE m_axi port=in bundle=g0 depth=192
#pragma HLS INTERFACE m_axi port=out bundle=g1 depth=64
#pragma HLS INTERFACE s_axilite port=n
#pragma HLS INTERFACE s_axilite port=return
    for (int i = 0; i < n; i++) {
#pragma HLS PIPELINE
        out[n - 1 - i] = in[3 * i] + 1;
    }
}
#ifdef BENCH
int main() {
    static short in[192], out[64];
    int bad = 0;
    for (int n = 5; n <= 64; n += 59) {
        for (int i = 0; i < 192; i++) in[i] = i * i + n;
        strided(in, out, n);
        for (int i = 0; i < n; i++) bad += out[n - 1 - i] != (short)(in[3 * i] + 1);
    }
    return bad;
}
#endif

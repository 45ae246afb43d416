// A histogram in memory: every read may need the write before it.
void counts(const unsigned char *data, int *bin, int n) {
#pragma HLS INTERFACE m_axi port=data bundle=g0 depth=60
#pragma HLS INTERFACE m_axi port=bin bundle=g1 depth=8
#pragma HLS INTERFACE s_axilite port=n
#pragma HLS INTERFACE s_axilite port=return
    for (int i = 0; i < 8; i++) {
#pragma HLS PIPELINE
        bin[i] = 0;
    }
    for (int i = 0; i < n; i++) {
#pragma HLS PIPELINE
        bin[data[i] & 7] += 1;
    }
}
#ifdef BENCH
int main() {
    static unsigned char data[60];
    static int bin[8], want[8];
    int bad = 0;
    for (int t = 0; t < 2; t++) {
        for (int i = 0; i < 8; i++) bin[i] = 99, want[i] = 0;
        for (int i = 0; i < 60; i++) { data[i] = t ? 3 : i * i; want[data[i] & 7]++; }
        counts(data, bin, 60);
        for (int i = 0; i < 8; i++) bad += bin[i] != want[i];
    }
    return bad;
}
#endif

// Indirect reads, some of them under a condition: never speculated, many under way.
void gather(const unsigned char *index, const long long *table, long long *out) {
#pragma HLS INTERFACE m_axi port=index bundle=g0 depth=100
#pragma HLS INTERFACE m_axi port=table bundle=g1 depth=256 num_read_outstanding=32 latency=30
#pragma HLS INTERFACE m_axi port=out bundle=g2 depth=100
#pragma HLS INTERFACE s_axilite port=return
    for (int i = 0; i < 100; i++) {
#pragma HLS PIPELINE
        unsigned char k = index[i];
        out[i] = k & 3 ? table[k] : -7;
    }
}
#ifdef BENCH
int main() {
    static unsigned char index[100];
    static long long table[256], out[100];
    int bad = 0;
    for (int t = 0; t < 2; t++) {
        for (int i = 0; i < 256; i++) table[i] = i * 0x123456789LL - t;
        for (int i = 0; i < 100; i++) index[i] = i * 37 + t;
        gather(index, table, out);
        for (int i = 0; i < 100; i++) bad += out[i] != (index[i] & 3 ? table[index[i]] : -7);
    }
    return bad;
}
#endif

// Loops in loops: bounds of the outer counter, early ends, a flattened nest with a count at run time.
void nests(const int *a, int *b, int *c, int rows, int stop) {
#pragma HLS INTERFACE m_axi port=a bundle=gmem depth=128
#pragma HLS INTERFACE m_axi port=b bundle=gmem depth=128
#pragma HLS INTERFACE m_axi port=c bundle=gmem depth=128
#pragma HLS INTERFACE s_axilite port=rows
#pragma HLS INTERFACE s_axilite port=stop
#pragma HLS INTERFACE s_axilite port=return
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < 8; j++) {
#pragma HLS PIPELINE
            b[8 * i + j] = a[8 * i + j] + i;
        }
    int at = 0;
    for (int i = 0; i < 8; i++)
        for (int j = 0; j <= i; j++) {
#pragma HLS PIPELINE
            c[at++] = a[8 * i + j];
        }
    for (int i = 0; i < 100; i++) {
#pragma HLS PIPELINE
        int x = a[i];
        if (x == stop) break;
        c[i] -= x;
    }
    for (int i = 3; i < 90; i += 4) {
#pragma HLS PIPELINE
        b[i] = c[i] + 1;
    }
}
#ifdef BENCH
int main() {
    static int a[128], b[128], c[128], e[128], f[128];
    int bad = 0;
    for (int t = 0; t < 3; t++) {
        int rows = 4 * t, stop = t == 2 ? -1 : 50 * (t + 1) * 3;
        for (int i = 0; i < 128; i++) { a[i] = i * 3; b[i] = e[i] = -i; c[i] = f[i] = i; }
        nests(a, b, c, rows, stop);
        for (int i = 0; i < rows; i++) for (int j = 0; j < 8; j++) e[8 * i + j] = a[8 * i + j] + i;
        int at = 0;
        for (int i = 0; i < 8; i++) for (int j = 0; j <= i; j++) f[at++] = a[8 * i + j];
        for (int i = 0; i < 100 && a[i] != stop; i++) f[i] -= a[i];
        for (int i = 3; i < 90; i += 4) e[i] = f[i] + 1;
        for (int i = 0; i < 128; i++) bad += b[i] != e[i] || c[i] != f[i];
    }
    return bad;
}
#endif

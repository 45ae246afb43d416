// Reads and writes of one array: element by element, shifted down, a running sum (each needs the one before).
void in_place(int *a, int n) {
#pragma HLS INTERFACE m_axi port=a bundle=gmem depth=40
#pragma HLS INTERFACE s_axilite port=n
#pragma HLS INTERFACE s_axilite port=return
    for (int i = 0; i < n; i++) {
#pragma HLS PIPELINE
        a[i] = a[i] * 3 + 1;
    }
    for (int i = 0; i + 1 < n; i++) {
#pragma HLS PIPELINE
        a[i] = a[i + 1];
    }
    for (int i = 1; i < n; i++) {
#pragma HLS PIPELINE
        a[i] += a[i - 1];
    }
    for (int i = 0; i < n; i += 2) {
#pragma HLS PIPELINE
        if (a[i] & 1) a[i] = -a[i];
    }
}
#ifdef BENCH
int main() {
    static int a[40], b[40];
    int bad = 0;
    for (int n = 40; n > 0; n -= 19) {
        for (int i = 0; i < 40; i++) a[i] = b[i] = i * 5 - n;
        in_place(a, n);
        for (int i = 0; i < n; i++) b[i] = b[i] * 3 + 1;
        for (int i = 0; i + 1 < n; i++) b[i] = b[i + 1];
        for (int i = 1; i < n; i++) b[i] += b[i - 1];
        for (int i = 0; i < n; i += 2) if (b[i] & 1) b[i] = -b[i];
        for (int i = 0; i < 40; i++) bad += a[i] != b[i];
    }
    return bad;
}
#endif

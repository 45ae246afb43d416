// ap_ctrl_chain in registers: the next call waits until the host has seen the last one.
void chained(const int *a, int *sum, int n) {
#pragma HLS INTERFACE ap_ctrl_chain port=return
#pragma HLS INTERFACE s_axilite port=return
#pragma HLS INTERFACE m_axi port=a bundle=gmem depth=16
#pragma HLS INTERFACE s_axilite port=sum
#pragma HLS INTERFACE s_axilite port=n
    int total = 0;
    for (int i = 0; i < n; i++) {
#pragma HLS PIPELINE
        total += a[i];
    }
    *sum = total;
}
#ifdef BENCH
int main() {
    static int a[16];
    int bad = 0;
    for (int n = 0; n <= 16; n += 4) {
        int sum = -1, want = 0;
        for (int i = 0; i < 16; i++) a[i] = i * i + n;
        for (int i = 0; i < n; i++) want += a[i];
        chained(a, &sum, n);
        bad += sum != want;
    }
    return bad;
}
#endif

// Masters and slaves beside a handshake on pins, ap_ctrl_chain, an address on pins, none at all.
void pins(const int *a, int *b, int k) {
#pragma HLS INTERFACE m_axi port=a offset=direct bundle=gmem depth=32
#pragma HLS INTERFACE m_axi port=b offset=direct bundle=gmem depth=32
#pragma HLS INTERFACE ap_none port=k
#pragma HLS INTERFACE ap_ctrl_hs port=return
    for (int i = 0; i < 32; i++) {
#pragma HLS PIPELINE
        b[i] = a[i] + k;
    }
}
#ifdef BENCH
int main() {
    static int a[32], b[32];
    int bad = 0;
    for (int t = 0; t < 3; t++) {
        for (int i = 0; i < 32; i++) a[i] = i * t;
        pins(a, b, t * 10);
        for (int i = 0; i < 32; i++) bad += b[i] != a[i] + t * 10;
    }
    return bad;
}
#endif

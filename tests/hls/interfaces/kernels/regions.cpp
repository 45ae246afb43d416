// A dataflow region that reads memory, computes, and writes memory.
#include <hls_stream.h>
static void load(const int *in, hls::stream<int> &s, int n) {
    for (int i = 0; i < n; i++) {
#pragma HLS PIPELINE
        s.write(in[i]);
    }
}
static void work(hls::stream<int> &s, hls::stream<int> &t, int n) {
    for (int i = 0; i < n; i++) {
#pragma HLS PIPELINE
        t.write(s.read() * 3);
    }
}
static void store(hls::stream<int> &t, int *out, int n) {
    for (int i = 0; i < n; i++) {
#pragma HLS PIPELINE
        out[i] = t.read();
    }
}
void regions(const int *in, int *out, int n) {
#pragma HLS INTERFACE m_axi port=in bundle=g0 depth=100
#pragma HLS INTERFACE m_axi port=out bundle=g0 depth=100
#pragma HLS INTERFACE s_axilite port=n
#pragma HLS INTERFACE s_axilite port=return
#pragma HLS DATAFLOW
    hls::stream<int> s, t;
    load(in, s, n);
    work(s, t, n);
    store(t, out, n);
}
#ifdef BENCH
int main() {
    static int in[100], out[100];
    int bad = 0;
    for (int n = 100; n >= 0; n -= 50) {
        for (int i = 0; i < 100; i++) in[i] = i + n, out[i] = 7;
        regions(in, out, n);
        for (int i = 0; i < 100; i++) bad += out[i] != (i < n ? in[i] * 3 : 7);
    }
    return bad;
}
#endif

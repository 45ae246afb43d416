#include "hls_stream.h"
static void a1(const int x[16], int k, hls::stream<int> &o) { for (int i = 0; i < 16; ++i) { 
#pragma HLS PIPELINE
 o.write(x[i] * k); } }
static int a2(hls::stream<int> &s, int y[16]) { int t = 0; for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE
 y[i] = s.read() + 1; t += y[i]; } return t; }
static void flow(const int x[16], int k, int y[16], int &t) {
#pragma HLS DATAFLOW
    hls::stream<int> s;
    a1(x, k, s);
    t = a2(s, y);
}
void top(int x[16], int n) {
    int y[16], t = 0;
    for (int c = 0; c < n; ++c) {
        flow(x, c + 1, y, t);
        for (int i = 0; i < 16; ++i) x[i] = y[15 - i] ^ t;
    }
}

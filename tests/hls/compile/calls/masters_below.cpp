// m_axi pointers handed on, from an element on: to a module of its own, and to a region that is called.
#include <hls_stream.h>
static void load(const int *in, int buf[16], int k) {
#pragma HLS INLINE off
    for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=1
      buf[i] = in[i] * k; }
}
static void rd(const int *in, hls::stream<int> &s) { for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=1
 s << in[i]; } }
static void wr(int *out, hls::stream<int> &s) { for (int i = 0; i < 16; ++i) {
#pragma HLS PIPELINE II=1
 out[i] = s.read() * 7; } }
static void tile(const int*in, int*out){
#pragma HLS DATAFLOW
 hls::stream<int> s; rd(in,s); wr(out,s); }
void top(const int *a, const int *b, int *out, int n) {
#pragma HLS INTERFACE m_axi port=a bundle=gmem0 depth=64
#pragma HLS INTERFACE m_axi port=b bundle=gmem0 depth=64
#pragma HLS INTERFACE m_axi port=out bundle=gmem1 depth=128
    int x[16], y[16];
    for (int t = 0; t < n; ++t) {
      load(a + 16 * t, x, 3);
      load(b + 4, y, 5);
      int s = 0;
      for (int i = 0; i < 16; ++i) s += x[i] ^ y[i];
      tile(a + 16 * (s & 3), out + 16 * t);
      load(a, y, s);
      tile(b + (y[3] & 31), out + 64 + 16 * t);
    }
}

#include "ap_int.h"
#include "hls_stream.h"
static void load(const int in[32], int n, int buf[32], int &sum) {
    int s = 0;
    for (int i = 0; i < 32; ++i) {
#pragma HLS PIPELINE
        int v = i < n ? in[i] : 0;
        buf[i] = v * 3; s += v;
    }
    sum = s;
}
static void mix(int buf[32], int sum, hls::stream<int> &out) {
    for (int i = 0; i < 32; ++i) {
#pragma HLS PIPELINE
        out.write(buf[31 - i] + sum);
    }
}
static void store(hls::stream<int> &in, int out[32], int k) {
    for (int i = 0; i < 32; ++i) {
#pragma HLS PIPELINE
        out[i] = in.read() ^ k;
    }
}
void top(const int in[32], int n, int k, int out[32]) {
#pragma HLS DATAFLOW
    int buf[32]; int sum;
    hls::stream<int> s;
    load(in, n, buf, sum);
    mix(buf, sum, s);
    store(s, out, k);
}

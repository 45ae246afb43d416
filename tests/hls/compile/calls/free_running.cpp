#include "ap_int.h"
#include "hls_stream.h"
static void first(hls::stream<int>& in, int squares[4], int& total) {
    int sum = 0;
    for (int i = 0; i < 4; ++i) {
        const int x = in.read();
        squares[i] = x * x;
        sum += x;
    }
    total = sum;
}
static void second(const int squares[4], int total, hls::stream<int>& out) {
    for (int i = 3; i >= 0; --i) {
        out.write(squares[i] - total);
    }
}
void top(hls::stream<int>& in, hls::stream<int>& out) {
#pragma HLS DATAFLOW
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE axis port=out
#pragma HLS INTERFACE ap_ctrl_none port=return
    int squares[4], total;
    first(in, squares, total);
    second(squares, total, out);
}

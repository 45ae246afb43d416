// A region that plain code calls again and again: streams are all that it touches, so its calls overlap.
#include "ap_int.h"
#include "hls_stream.h"

static void reverse(hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& out) {
#pragma HLS INLINE off
    ap_uint<8> held[32];
    for (int i = 0; i < 32; ++i) {
#pragma HLS PIPELINE II=1
        held[i] = in.read();
    }
    for (int i = 0; i < 32; ++i) {
#pragma HLS PIPELINE II=1
        out.write(held[31 - i] + 1);
    }
}

static void sums(hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& out) {
#pragma HLS INLINE off
    ap_uint<8> held[32];
    ap_uint<8> sum = 0;
    for (int i = 0; i < 32; ++i) {
#pragma HLS PIPELINE II=1
        sum += in.read();
        held[i] = sum;
    }
    for (int i = 0; i < 32; ++i) {
#pragma HLS PIPELINE II=1
        out.write(held[i]);
    }
}

static void region(hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& out) {
#pragma HLS DATAFLOW
    hls::stream<ap_uint<8>> between("between");
    reverse(in, between);
    sums(between, out);
}

void top(int count, hls::stream<ap_uint<8>>& in, hls::stream<ap_uint<8>>& out) {
    for (int i = 0; i < count; ++i) {
#pragma HLS PIPELINE off
        region(in, out);
    }
}

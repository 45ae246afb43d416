// Numbers that are classes, by value, which pragmas speak of and several processes take; one changes its copy.
#include "ap_fixed.h"
#include "ap_int.h"
#include "hls_stream.h"

struct Limits {
    ap_int<9> low, high;
};

static void clipped(hls::stream<int> &in, ap_int<16> gain, Limits limits, hls::stream<int> &out) {
    for (int i = 0; i < 6; i++) {
        int x = in.read() * gain;
        out.write(x < limits.low ? int(limits.low) : x > limits.high ? int(limits.high) : x);
    }
}

static void shifted(hls::stream<int> &in, ap_int<16> gain, ap_ufixed<10, 4> offset, hls::stream<int> &out) {
    for (int i = 0; i < 6; i++) {
        gain -= 3;
        out.write(in.read() + gain + int(offset * 8));
    }
}

static void summed(hls::stream<int> &in, ap_int<16> gain, Limits limits, hls::stream<int> &out, ap_int<20> &sum) {
    ap_int<20> total = gain;
    for (int i = 0; i < 6; i++) {
#pragma HLS PIPELINE
        int x = in.read();
        total += x * gain;
        out.write(x ^ int(limits.high));
    }
    sum = total;
}

void top(ap_int<16> gain, ap_ufixed<10, 4> offset, Limits limits, hls::stream<int> &in, hls::stream<int> &out, ap_int<20> &sum) {
#pragma HLS INTERFACE s_axilite port=gain
#pragma HLS INTERFACE ap_vld port=offset
#pragma HLS DATAFLOW
    hls::stream<int> a, b;
    clipped(in, gain, limits, a);
    shifted(a, gain, offset, b);
    summed(b, gain, limits, out, sum);
}

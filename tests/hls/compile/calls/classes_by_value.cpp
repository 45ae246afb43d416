// Numbers that are classes, by value, which pragmas speak of and several processes take; one changes its copy.
#include "classes_by_value.h"

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

static ap_int<24> biased(Mode mode, hls::stream<int> &in, hls::stream<int> &out) {
    for (int i = 0; i < 6; i++) out.write(in.read() * mode.kind);
    return mode.sign < mode.kind ? mode.bias - mode.kind : mode.bias + int(mode.sign);
}

static ap_fixed<18, 9> looked_up(Table table, hls::stream<int> &in, hls::stream<int> &out) {
    for (int i = 0; i < 6; i++) out.write(in.read() + table.at[i & 3]);
    return table.swapped ? ap_fixed<18, 9>(table.base) : ap_fixed<18, 9>(table.at[1]);
}

static void summed(hls::stream<int> &in, ap_int<16> gain, Limits limits, ap_int<24> bias, ap_fixed<18, 9> found,
                   hls::stream<int> &out, ap_int<20> &sum) {
    ap_int<20> total = gain + bias + int(found * 4);
    for (int i = 0; i < 6; i++) {
#pragma HLS PIPELINE
        int x = in.read();
        total += x * gain;
        out.write(x ^ int(limits.high));
    }
    sum = total;
}

void top(ap_int<16> gain, ap_ufixed<10, 4> offset, Limits limits, Mode mode, Table table,
         hls::stream<int> &in, hls::stream<int> &out, ap_int<20> &sum) {
#pragma HLS INTERFACE s_axilite port=gain
#pragma HLS INTERFACE ap_vld port=offset
#pragma HLS DATAFLOW
    hls::stream<int, 8> a, b, c, d;
    ap_int<24> bias = biased(mode, in, c);
    clipped(c, gain, limits, a);
    ap_fixed<18, 9> found = looked_up(table, a, d);
    shifted(d, gain, offset, b);
    summed(b, gain, limits, bias, found, out, sum);
}

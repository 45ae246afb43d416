// Products of several DSP blocks that take turns: widths and signs of all kinds, in loops and in code that runs once.
#include "ap_int.h"
#include "hls_stream.h"

typedef hls::stream<ap_uint<64>> words;
const int N = 6;

static void same(words& in, words& out) {
    for (int n = 0; n < N; ++n) {
#pragma HLS PIPELINE II=8
        const ap_uint<64> word = in.read();
        int x = int(word(31, 0)), y = int(word(63, 32));
        for (int k = 0; k < 8; ++k) {
#pragma HLS UNROLL
            out.write(ap_int<64>((long long)(x ^ k) * (long long)(y + k)));
            x = x << 3 | unsigned(x) >> 29;
        }
    }
}

static void halves(words& in, words& out) {
    for (int n = 0; n < N; ++n) {
#pragma HLS PIPELINE II=4
        const ap_uint<64> word = in.read();
        const int x = int(word(31, 0)), y = int(word(63, 32));
        out.write(unsigned(x * y));
        out.write(unsigned((x + 5) * y));
        out.write(unsigned(x * (y ^ 9)));
        out.write(unsigned(x * x));
    }
}

static void mixed(words& in, words& out) {
    for (int n = 0; n < N; ++n) {
#pragma HLS PIPELINE II=6
        const ap_uint<64> word = in.read();
        const ap_int<40> a = word(52, 13);
        const ap_uint<31> b = word(63, 33);
        const ap_int<33> c = word(44, 12);
        const ap_uint<32> d = word(31, 0);
        const ap_int<19> e = word(20, 2);
        const ap_uint<48> f = word(55, 8);
        out.write(ap_uint<64>(a * b));
        out.write(ap_uint<64>(c * c));
        out.write(ap_uint<32>(b * d) ^ ap_uint<32>(d * d));
        out.write(ap_uint<64>(ap_uint<96>(f * f) >> 32));
        out.write(ap_uint<64>(f * d) ^ ap_uint<64>(ap_int<80>(a * f) >> 16));
        out.write(ap_uint<64>(ap_int<59>(a * e)) + ap_uint<64>(ap_uint<63>(b * d)));
    }
}

static void longs(words& in, words& out) {
    for (int n = 0; n < N; ++n) {
#pragma HLS PIPELINE II=5
        unsigned long long x = in.read(), total = 0;
        for (int k = 0; k < 5; ++k) {
#pragma HLS UNROLL
            total += (x + k) * (x >> k | 1);
            x ^= x << 7;
        }
        out.write(total);
    }
}

static void once(words& in, words& out) {
    ap_uint<64> kept[3];
#pragma HLS ARRAY_PARTITION variable=kept complete
    for (int n = 0; n < 3; ++n) kept[n] = in.read();
    int x = int(kept[0](31, 0));
    ap_int<50> y = kept[1](60, 11);
    for (int k = 0; k < 3; ++k) {
#pragma HLS UNROLL
        x = int((long long)x * int(kept[k](47, 16)) >> 13) ^ k;
        y = ap_int<50>(y * ap_int<35>(kept[k](40, 6)) >> 9);
        out.write(ap_uint<64>(ap_int<64>(y)) ^ unsigned(x));
    }
}

void top(words& same_in, words& same_out, words& halves_in, words& halves_out, words& mixed_in, words& mixed_out,
         words& longs_in, words& longs_out, words& once_in, words& once_out) {
#pragma HLS INTERFACE axis port=same_in
#pragma HLS INTERFACE axis port=same_out
#pragma HLS INTERFACE axis port=halves_in
#pragma HLS INTERFACE axis port=halves_out
#pragma HLS INTERFACE axis port=mixed_in
#pragma HLS INTERFACE axis port=mixed_out
#pragma HLS INTERFACE axis port=longs_in
#pragma HLS INTERFACE axis port=longs_out
#pragma HLS INTERFACE axis port=once_in
#pragma HLS INTERFACE axis port=once_out
#pragma HLS DATAFLOW
    same(same_in, same_out);
    halves(halves_in, halves_out);
    mixed(mixed_in, mixed_out);
    longs(longs_in, longs_out);
    once(once_in, once_out);
}

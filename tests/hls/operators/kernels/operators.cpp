// Division, wide products, adders and shifts, in pipelined loops and outside.
#include "ap_int.h"
#include "hls_stream.h"

typedef hls::stream<ap_uint<64>> words;
const int N = 6;

static void divide_int(words& in, words& out) {
    for (int n = 0; n < N; ++n) {
#pragma HLS PIPELINE II=1
        const ap_uint<64> word = in.read();
        const int a = int(word(31, 0)), b = int(word(63, 32)) | 1;
        if (b != -1) out.write((ap_uint<32>(a / b), ap_uint<32>(a % b)));
        else out.write(word);
    }
}

static void divide_long(words& in, words& out) {
    for (int n = 0; n < N; ++n) {
#pragma HLS PIPELINE off
        const unsigned long long a = in.read(), b = in.read() | 1;
        const unsigned long long c = a / (b >> (a & 63) | 1);
        out.write(c);
        out.write(c % b);
    }
}

template <int A, int B> static void divide_odd(words& in, words& out) {
    for (int n = 0; n < N; ++n) {
#pragma HLS PIPELINE off
        const ap_uint<64> word = in.read();
        const ap_int<A> a = word;
        ap_int<B> b = word(63, 64 - B);
        if (b == 0) b = 3;
        const ap_int<A + 1> quotient = a / b;
        if (quotient > 7) out.write(quotient);
        else out.write(a % b);
    }
}

static void constants(words& in, words& out) {
    for (int n = 0; n < N; ++n) {
#pragma HLS PIPELINE II=2
        const ap_uint<64> word = in.read();
        const int a = int(word(31, 0));
        const unsigned b = unsigned(word(63, 32));
        out.write((ap_uint<32>(a / 10 + a % 1000 - a / -7 + a / 16), ap_uint<32>(b / 3 ^ b % 10 ^ b / 641 ^ b / 0xfffffff0u)));
    }
}

static void products(words& in, words& out) {
    ap_uint<128> total = 0;
    for (int n = 0; n < N; ++n) {
#pragma HLS PIPELINE
        const ap_uint<64> word = in.read();
        const ap_int<64> a = word;
        const ap_int<47> b = word(60, 14);
        const ap_int<33> c = word(47, 15);
        total += ap_uint<128>(a * a) ^ ap_uint<128>(b * c);
        total ^= ap_uint<128>(word) * 1000003 << int(word(6, 0));
        out.write(total(127, 64) ^ total(63, 0));
    }
}

static void accumulate(words& in, words& out) {
    for (int row = 0; row < 2; ++row) {
        int sum = row;
        for (int n = 0; n < N / 2; ++n) {
#pragma HLS PIPELINE
            const ap_uint<64> word = in.read();
            sum += short(int(word(15, 0))) * short(int(word(31, 16)));
        }
        out.write(sum);
    }
}

// Products that take turns: in a loop with cycles to spare, and in code that runs once.
static void shared(words& in, words& out) {
    ap_uint<64> kept[3];
#pragma HLS ARRAY_PARTITION variable=kept complete
    for (int n = 0; n < N; ++n) {
#pragma HLS PIPELINE II=4
        const ap_uint<64> word = in.read();
        const ap_int<17> a = word;
        const ap_uint<12> b = word(30, 17);
        const ap_int<24> c = word(63, 35);
        out.write(ap_int<41>(a * c));
        out.write(a * b);
        out.write(ap_uint<24>(ap_uint<12>(c) * b));
        out.write(ap_int<9>(c) * ap_int<9>(a));
        kept[n % 3] = word;
    }
    short x = short(int(kept[0](15, 0)));
    for (int k = 0; k < 3; ++k) {
        x = short(x * short(int(kept[k](31, 16))) >> 3 ^ k);
        out.write(x);
        x = short(x * 31415 >> 2);
    }
    out.write(x * x);
}

void top(words& int_in, words& int_out, words& long_in, words& long_out, words& odd_in, words& odd_out, words& constants_in,
         words& constants_out, words& products_in, words& products_out, words& accumulate_in, words& accumulate_out,
         words& shared_in, words& shared_out) {
#pragma HLS INTERFACE axis port=int_in
#pragma HLS INTERFACE axis port=int_out
#pragma HLS INTERFACE axis port=long_in
#pragma HLS INTERFACE axis port=long_out
#pragma HLS INTERFACE axis port=odd_in
#pragma HLS INTERFACE axis port=odd_out
#pragma HLS INTERFACE axis port=constants_in
#pragma HLS INTERFACE axis port=constants_out
#pragma HLS INTERFACE axis port=products_in
#pragma HLS INTERFACE axis port=products_out
#pragma HLS INTERFACE axis port=accumulate_in
#pragma HLS INTERFACE axis port=accumulate_out
#pragma HLS INTERFACE axis port=shared_in
#pragma HLS INTERFACE axis port=shared_out
#pragma HLS DATAFLOW
    divide_int(int_in, int_out);
    divide_long(long_in, long_out);
    divide_odd<41, 23>(odd_in, odd_out);
    constants(constants_in, constants_out);
    products(products_in, products_out);
    accumulate(accumulate_in, accumulate_out);
    shared(shared_in, shared_out);
}

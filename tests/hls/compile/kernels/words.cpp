// Words, memories and structure: widths that survive, banks, calls of one process, elements of many kinds.
#include "ap_axi_sdata.h"
#include "ap_fixed.h"
#include "ap_int.h"
#include "hls_stream.h"

typedef hls::stream<ap_uint<16>> words;
struct pair {
    ap_int<5> a;
    ap_uint<12> b;
};

// Compiled once, there twice.
static void gather(words& in, words& out) {
    ap_uint<16> sum = 0;
    for (int n = 0; n < 8; ++n) {
#pragma HLS PIPELINE II=1 rewind
        sum = n ? ap_uint<16>(sum + in.read()) : in.read();
        out.write(sum);
    }
}

// Compiled for each N.
template <int N> static void scale(words& in, words& out) {
    for (int n = 0; n < 8; ++n) {
#pragma HLS PIPELINE II=1 rewind
        out.write(in.read() * N);
    }
}

static const ap_int<6> matrix[4][6] = {{1, -2, 3, -4, 5, -6}, {31, -32, 0, 0, 7, 1}, {}, {9, 8, 7, 6}};
static const ap_uint<7> curve[16] = {1, 2, 4, 8, 16, 32, 64, 127, 99, 5};

// A ROM in banks, a ROM of wide words, a memory in blocks of which one is chosen at run time.
static void tables(words& in, words& out) {
#pragma HLS ARRAY_PARTITION variable=matrix complete dim=2
#pragma HLS ARRAY_RESHAPE variable=curve cyclic factor=4
    ap_int<16> x[6];
#pragma HLS ARRAY_PARTITION variable=x block factor=2
    for (int k = 0; k < 6; ++k) {
#pragma HLS PIPELINE
        x[k] = in.read();
    }
    for (int row = 0; row < 4; ++row) {
#pragma HLS PIPELINE II=1
        ap_int<16> sum = 0;
        for (int k = 0; k < 6; ++k) sum += matrix[row][k] * x[k];
        for (int k = 0; k < 4; ++k) sum += curve[row * 4 + k];
        out.write(sum);
    }
    for (int k = 0; k < 6; ++k) {
#pragma HLS PIPELINE
        out.write(x[in.read() % 6] + curve[in.read() % 16]);
    }
}

static void wide(hls::stream<ap_uint<304>>& in, hls::stream<ap_uint<304>>& out) {
    ap_uint<300> kept = 1;
    for (int n = 0; n < 4; ++n) {
#pragma HLS PIPELINE
        const ap_uint<304> word = in.read();
        const ap_uint<300> x = word(299, 0);
        const int by = int(word(303, 300)) * 20;
        kept = (kept << 77 | kept >> 223) ^ (x >> by);
        const ap_uint<300> total = kept + x * 12345;
        out.write((ap_uint<4>(x < kept), ap_uint<300>(x(99, 0) * total(299, 200) + total)));
    }
}

static void rounded(words& in, words& out) {
    for (int n = 0; n < 16; ++n) {
#pragma HLS PIPELINE
        ap_fixed<16, 8> x;
        x.range(15, 0) = in.read();
        const ap_fixed<8, 5, AP_RND_CONV, AP_SAT> a = x;
        const ap_ufixed<8, 4, AP_RND_INF, AP_SAT> b = x * x;
        const ap_fixed<6, 4, AP_TRN_ZERO, AP_SAT_SYM> c = x;
        const ap_fixed<8, 4, AP_RND, AP_WRAP> d = a * c;
        out.write((ap_uint<8>(a.range(7, 0)) ^ ap_uint<8>(c.range(5, 0)), ap_uint<8>(b.range(7, 0)) ^ ap_uint<8>(d.range(7, 0))));
    }
}

static void pairs(hls::stream<pair>& in, hls::stream<pair>& out) {
    for (int n = 0; n < 4; ++n) {
#pragma HLS PIPELINE
        pair p = in.read();
        pair q;
        q.a = p.b;
        q.b = p.a * p.b;
        out.write(q);
    }
}

static void packets(hls::stream<ap_axiu<16, 0, 0, 0>>& in, hls::stream<ap_axiu<16, 0, 0, 0>>& out) {
    for (int n = 0; n < 5; ++n) {
#pragma HLS PIPELINE
        ap_axiu<16, 0, 0, 0> beat = in.read();
        beat.data = beat.data * beat.data;
        out.write(beat);
    }
}

void top(words& sum_in, words& sum_out, words& tables_in, words& tables_out, hls::stream<ap_uint<304>>& wide_in,
         hls::stream<ap_uint<304>>& wide_out, words& rounded_in, words& rounded_out, hls::stream<pair>& pairs_in,
         hls::stream<pair>& pairs_out, hls::stream<ap_axiu<16, 0, 0, 0>>& packets_in,
         hls::stream<ap_axiu<16, 0, 0, 0>>& packets_out) {
#pragma HLS INTERFACE axis port=sum_in
#pragma HLS INTERFACE axis port=sum_out
#pragma HLS INTERFACE axis port=tables_in
#pragma HLS INTERFACE axis port=tables_out
#pragma HLS INTERFACE axis port=wide_in
#pragma HLS INTERFACE axis port=wide_out
#pragma HLS INTERFACE axis port=rounded_in
#pragma HLS INTERFACE axis port=rounded_out
#pragma HLS INTERFACE axis port=pairs_in
#pragma HLS INTERFACE axis port=pairs_out
#pragma HLS INTERFACE axis port=packets_in
#pragma HLS INTERFACE axis port=packets_out
#pragma HLS DATAFLOW
    words first("first"), second("second"), third("third");
#pragma HLS STREAM variable=second depth=5
#pragma HLS STREAM variable=third depth=1
    gather(sum_in, first);
    scale<3>(first, second);
    gather(second, third);
    scale<5>(third, sum_out);
    tables(tables_in, tables_out);
    wide(wide_in, wide_out);
    rounded(rounded_in, rounded_out);
    pairs(pairs_in, pairs_out);
    packets(packets_in, packets_out);
}

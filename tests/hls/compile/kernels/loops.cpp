// Loops: what they carry from one iteration to the next, and what that costs. Every process is one of the tests.
#include "ap_int.h"
#include "hls_stream.h"

typedef hls::stream<ap_uint<16>> words;
typedef hls::stream<ap_uint<32>> sums;

// A shift register and a sum that becomes a tree.
static void fir(words& in, sums& out) {
    const ap_int<8> taps[8] = {3, -7, 12, 100, -128, 12, 0, 1};
    ap_int<16> shift[8];
#pragma HLS ARRAY_PARTITION variable=shift complete
clear:
    for (int k = 0; k < 8; ++k) {
#pragma HLS UNROLL
        shift[k] = 0;
    }
samples:
    for (int n = 0; n < 20; ++n) {
#pragma HLS PIPELINE II=1
        ap_int<32> sum = 0;
        for (int k = 7; k > 0; --k) shift[k] = shift[k - 1];
        shift[0] = in.read();
        for (int k = 0; k < 8; ++k) sum += shift[k] * taps[k];
        out.write(sum);
    }
}

// Line buffers: each row is written where the row two above was, in the same iteration.
static void stencil(words& in, sums& out) {
    const int width = 6, height = 5;
    ap_uint<16> lines[2][width];
#pragma HLS ARRAY_PARTITION variable=lines complete dim=1
    ap_uint<16> window[3][3];
#pragma HLS ARRAY_PARTITION variable=window complete dim=0
rows:
    for (int at = 0, row = 0, column = 0; at < width * height; ++at) {
#pragma HLS PIPELINE II=1
#pragma HLS DEPENDENCE variable=lines inter false
        const ap_uint<16> pixel = in.read();
        for (int y = 0; y < 3; ++y)
            for (int x = 0; x < 2; ++x) window[y][x] = window[y][x + 1];
        window[0][2] = lines[0][column];
        window[1][2] = lines[1][column];
        window[2][2] = pixel;
        lines[0][column] = lines[1][column];
        lines[1][column] = pixel;
        if (row >= 2 && column >= 2) {
            ap_uint<32> sum = 0;
            for (int y = 0; y < 3; ++y)
                for (int x = 0; x < 3; ++x) sum += window[y][x] * (1 + y * 3 + x);
            out.write(sum);
        }
        if (++column == width) {
            column = 0;
            ++row;
        }
    }
}

// A bin that was just counted may be counted again at once.
static void histogram(words& in, sums& out) {
    ap_uint<8> bins[16];
    for (int k = 0; k < 16; ++k) {
#pragma HLS PIPELINE
        bins[k] = 0;
    }
count:
    for (int n = 0; n < 40; ++n) {
#pragma HLS PIPELINE II=1
        const ap_uint<4> bin = in.read() & 15;
        bins[bin] = bins[bin] + 1;
    }
    for (int k = 0; k < 16; ++k) {
#pragma HLS PIPELINE
        out.write(bins[k]);
    }
}

// The same with two banks in turn: what is read was written two iterations ago at the latest, and the pragma says so.
static void two_histograms(words& in, sums& out) {
    ap_uint<8> bins[32];
    for (int k = 0; k < 32; ++k) {
#pragma HLS PIPELINE
        bins[k] = 0;
    }
count_in_turn:
    for (int n = 0; n < 40; ++n) {
#pragma HLS PIPELINE II=1
#pragma HLS DEPENDENCE variable=bins inter distance=2 true
        const ap_uint<5> bin = (in.read() & 15) * 2 + (n & 1);
        bins[bin] = bins[bin] + 1;
    }
    for (int k = 0; k < 32; ++k) {
#pragma HLS PIPELINE
        out.write(bins[k]);
    }
}

// A product on the way round.
static void polynomial(words& in, sums& out) {
    ap_uint<32> total = 1;
horner:
    for (int n = 0; n < 12; ++n) {
#pragma HLS PIPELINE II=1
        total = total * total + in.read();
        out.write(total);
    }
}

// A loop that is not pipelined around one with a bound that is read; some rows are empty.
static void ragged(words& in, sums& out) {
rows:
    for (int row = 0; row < 4; ++row) {
        const ap_uint<4> length = in.read();
        ap_uint<32> sum = row, last = 99;
    columns:
        for (int k = 0; k < length; ++k) {
#pragma HLS PIPELINE
            last = in.read();
            if (last[0])
                sum += last;
            else
                sum ^= last * 3;
        }
        out.write(sum + last);
    }
}

void top(words& fir_in, sums& fir_out, words& stencil_in, sums& stencil_out, words& histogram_in, sums& histogram_out,
         words& turns_in, sums& turns_out, words& polynomial_in, sums& polynomial_out, words& ragged_in,
         sums& ragged_out) {
#pragma HLS INTERFACE axis port=fir_in
#pragma HLS INTERFACE axis port=fir_out
#pragma HLS INTERFACE axis port=stencil_in
#pragma HLS INTERFACE axis port=stencil_out
#pragma HLS INTERFACE axis port=histogram_in
#pragma HLS INTERFACE axis port=histogram_out
#pragma HLS INTERFACE axis port=turns_in
#pragma HLS INTERFACE axis port=turns_out
#pragma HLS INTERFACE axis port=polynomial_in
#pragma HLS INTERFACE axis port=polynomial_out
#pragma HLS INTERFACE axis port=ragged_in
#pragma HLS INTERFACE axis port=ragged_out
#pragma HLS INTERFACE ap_ctrl_hs port=return
#pragma HLS DATAFLOW
    fir(fir_in, fir_out);
    stencil(stencil_in, stencil_out);
    histogram(histogram_in, histogram_out);
    two_histograms(turns_in, turns_out);
    polynomial(polynomial_in, polynomial_out);
    ragged(ragged_in, ragged_out);
}

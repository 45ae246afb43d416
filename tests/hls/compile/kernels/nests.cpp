// Loops that end in several ways, and nests that become one loop.
#include "ap_int.h"
#include "hls_stream.h"

typedef hls::stream<ap_uint<16>> words;
typedef hls::stream<ap_uint<32>> sums;

// Left in the middle, in three ways, of which two come together; what is left over is read afterwards.
static void search(words& in, sums& out) {
    int n = 0;
    ap_uint<32> why = 0, sum = 0;
scan:
    while (true) {
#pragma HLS PIPELINE II=1
        const ap_uint<16> x = in.read();
        ++n;
        if (x == 7) {
            why = 1000 + n;
            break;
        }
        if (n == 16) break;
        if (x[0]) continue;
        sum += x;
        if (x == 8) {
            why = sum;
            goto left;
        }
    }
    why += 5;
left:
    for (; n < 16; ++n) {
#pragma HLS PIPELINE
        sum = sum * 2 + in.read();
    }
    out.write(why);
    out.write(sum);
}

static int first_above(words& in, int limit, int& n) {
look:
    for (; n < 8; ++n) {
#pragma HLS PIPELINE II=1
        const ap_uint<16> x = in.read();
        if (x > limit) return x;
        if (x == 0) return -1;
    }
    return -2;
}

static void returns(words& in, sums& out) {
    int n = 0;
    ap_uint<32> rest = 0;
    out.write(first_above(in, 50000, n));
    out.write(n);
    for (; n < 7; ++n) rest = rest * 3 + in.read();
    out.write(rest);
}

// Two and three levels, with a sum through all of them.
static void perfect(words& in, sums& out) {
rows:
    for (int row = 0; row < 5; ++row) {
    columns:
        for (int column = 0; column < 6; ++column) {
#pragma HLS PIPELINE II=1
            out.write(in.read() * (row + 1) + column);
        }
    }
    ap_uint<32> total = 0;
planes:
    for (int i = 0; i < 3; ++i) {
    lines:
        for (int j = 0; j < 4; ++j) {
        points:
            for (int k = 0; k < 5; ++k) {
#pragma HLS PIPELINE II=1
                total += in.read();
                out.write(total ^ (i << 10 | j << 5 | k));
            }
        }
    }
}

// An inner loop that begins where the outer one is.
static void triangle(words& in, sums& out) {
down:
    for (int i = 0; i < 6; ++i) {
    right:
        for (int j = i; j < 6; ++j) {
#pragma HLS PIPELINE II=1
            out.write(in.read() + i * 8 + j);
        }
    }
}

// Effects before and after the inner loop, which may have no iteration: only because the pragma says so.
static void ragged(words& in, sums& out) {
lists:
    for (int row = 0; row < 4; ++row) {
        const ap_uint<4> length = in.read();
        ap_uint<32> sum = row, last = 99;
    items:
        for (int k = 0; k < length; ++k) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_FLATTEN
            last = in.read();
            sum = last[0] ? ap_uint<32>(sum + last) : ap_uint<32>(sum ^ last);
        }
        out.write(sum + last);
    }
}

// Left alone.
static void apart(words& in, sums& out) {
    for (int i = 0; i < 3; ++i) {
    alone:
        for (int j = 0; j < 4; ++j) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_FLATTEN off
            out.write(in.read() + i);
        }
    }
}

// A nest that is all of a process, and starts again at once.
static void again(words& in, sums& out) {
turns:
    for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 2; ++j) {
#pragma HLS PIPELINE II=1 rewind
            out.write(in.read() * (i + 1) + j);
        }
    }
}

// Calls that overlap, with a value that goes from one to the next.
static void single(words& in, sums& out) {
#pragma HLS PIPELINE II=1
    static ap_uint<16> last = 3;
    const ap_uint<16> x = in.read();
    ap_uint<16> sum = 0;
    for (int k = 0; k < 4; ++k) sum += x >> k;
    if (x[0]) {
        out.write(sum * 3 + last);
        last = sum;
    } else {
        out.write(last * x * x);
    }
}

// Two loops that have nothing to do with each other, at a time; the second one's sums are as written.
static void merged(words& in, words& more_in, sums& out, sums& more_out) {
#pragma HLS LOOP_MERGE
    ap_uint<16> total = 5;
    ap_uint<16> state = 0;
one:
    for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE
#pragma HLS LATENCY max=9
        total += in.read();
        out.write(total);
    }
other:
    for (int i = 0; i < 8; ++i) {
#pragma HLS PIPELINE II=4
#pragma HLS EXPRESSION_BALANCE off
        const ap_uint<16> x = more_in.read();
        state = state + x + (x >> 1) + (x >> 2) + 77;
        more_out.write(state * i);
    }
    out.write(total + state);
}

void top(words& search_in, sums& search_out, words& returns_in, sums& returns_out, words& perfect_in,
         sums& perfect_out, words& triangle_in, sums& triangle_out, words& ragged_in, sums& ragged_out,
         words& apart_in, sums& apart_out, words& again_in, sums& again_out, words& single_in, sums& single_out,
         words& merged_in, words& more_in, sums& merged_out, sums& more_out) {
#pragma HLS INTERFACE axis port=search_in
#pragma HLS INTERFACE axis port=search_out
#pragma HLS INTERFACE axis port=returns_in
#pragma HLS INTERFACE axis port=returns_out
#pragma HLS INTERFACE axis port=perfect_in
#pragma HLS INTERFACE axis port=perfect_out
#pragma HLS INTERFACE axis port=triangle_in
#pragma HLS INTERFACE axis port=triangle_out
#pragma HLS INTERFACE axis port=ragged_in
#pragma HLS INTERFACE axis port=ragged_out
#pragma HLS INTERFACE axis port=apart_in
#pragma HLS INTERFACE axis port=apart_out
#pragma HLS INTERFACE axis port=again_in
#pragma HLS INTERFACE axis port=again_out
#pragma HLS INTERFACE axis port=single_in
#pragma HLS INTERFACE axis port=single_out
#pragma HLS INTERFACE axis port=merged_in
#pragma HLS INTERFACE axis port=more_in
#pragma HLS INTERFACE axis port=merged_out
#pragma HLS INTERFACE axis port=more_out
#pragma HLS DATAFLOW
    search(search_in, search_out);
    returns(returns_in, returns_out);
    perfect(perfect_in, perfect_out);
    triangle(triangle_in, triangle_out);
    ragged(ragged_in, ragged_out);
    apart(apart_in, apart_out);
    again(again_in, again_out);
    single(single_in, single_out);
    merged(merged_in, more_in, merged_out, more_out);
}

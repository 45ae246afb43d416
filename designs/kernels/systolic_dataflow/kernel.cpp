// The same product as 256 processes: each cell knows its neighbours only, through streams.
#include "kernel.h"

typedef hls::stream<ap_int<8>> number;
typedef hls::stream<ap_int<24>> result;

// Results go down a column, their count ahead of them; a cell adds its own at the end.
static void cell(number& left, number& right, number& above, number& below, result& before, result& after) {
    ap_int<24> sum = 0;
multiply:
    for (int k = 0; k < DEPTH; ++k) {
#pragma HLS PIPELINE II=1
        const ap_int<8> x = left.read(), y = above.read();
        sum += x * y;
        right.write(x);
        below.write(y);
    }
    const ap_int<24> count = before.read();
    after.write(count + 1);
pass_on:
    for (int k = 0; k < count; ++k) {
#pragma HLS PIPELINE II=1
#pragma HLS LOOP_TRIPCOUNT min=0 max=15
        after.write(before.read());
    }
    after.write(sum);
}

// Takes its lane out of a beat and hands the others on, a cycle later: so the lanes enter skewed.
static void feed(hls::stream<ap_uint<8 * N>>& in, hls::stream<ap_uint<8 * N>>& rest, number& lane) {
feed:
    for (int k = 0; k < DEPTH; ++k) {
#pragma HLS PIPELINE II=1
        const ap_uint<8 * N> beat = in.read();
        lane.write(beat(7, 0));
        rest.write(beat >> 8);
    }
}

static void drop(number lanes[N]) {
drop:
    for (int k = 0; k < DEPTH; ++k) {
#pragma HLS PIPELINE II=1
        for (int i = 0; i < N; ++i) lanes[i].read();
    }
}

static void end(hls::stream<ap_uint<8 * N>>& beats) {
end:
    for (int k = 0; k < DEPTH; ++k) {
#pragma HLS PIPELINE II=1
        beats.read();
    }
}

static void begin(result columns[N]) {
    for (int j = 0; j < N; ++j) {
#pragma HLS UNROLL
        columns[j].write(0);
    }
}

static void collect(result columns[N], hls::stream<ap_uint<24 * N>>& out) {
collect:
    for (int i = -1; i < N; ++i) {
#pragma HLS PIPELINE II=1
        ap_uint<24 * N> beat;
        for (int j = 0; j < N; ++j) beat(24 * j + 23, 24 * j) = columns[j].read();
        if (i >= 0) out.write(beat);
    }
}

void systolic_dataflow(hls::stream<ap_uint<8 * N>>& a, hls::stream<ap_uint<8 * N>>& b,
                       hls::stream<ap_uint<24 * N>>& c) {
#pragma HLS INTERFACE axis port=a
#pragma HLS INTERFACE axis port=b
#pragma HLS INTERFACE axis port=c
#pragma HLS DATAFLOW
    hls::stream<ap_uint<8 * N>> a_beats[N], b_beats[N];
    number across[N + 1][N], down[N + 1][N];
    result columns[N + 1][N];
    begin(columns[0]);
    feed(a, a_beats[0], across[0][0]);
    feed(b, b_beats[0], down[0][0]);
    for (int i = 1; i < N; ++i) {
#pragma HLS UNROLL
        feed(a_beats[i - 1], a_beats[i], across[0][i]);
        feed(b_beats[i - 1], b_beats[i], down[0][i]);
    }
    end(a_beats[N - 1]);
    end(b_beats[N - 1]);
    for (int i = 0; i < N; ++i) {
#pragma HLS UNROLL
        for (int j = 0; j < N; ++j) {
#pragma HLS UNROLL
            cell(across[j][i], across[j + 1][i], down[i][j], down[i + 1][j], columns[i][j], columns[i + 1][j]);
        }
    }
    drop(across[N]);
    drop(down[N]);
    collect(columns[N], c);
}

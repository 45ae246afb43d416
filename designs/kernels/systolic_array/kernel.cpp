// 16x16 int8 systolic matrix product, all in one loop: A moves right, B down, results up, a step each cycle.
//
// A beat of `a` is a column of A, a beat of `b` a row of B, a beat of `c` a row of the product.
#include "kernel.h"

// Lane i of what enters is i cycles late (or, reversed, N - 1 - i).
template <int W> struct skew {
    ap_int<W> delay[N][N];

    void step(const ap_uint<W * N>& beat, ap_int<W> out[N], bool reversed) {
        for (int lane = 0; lane < N; ++lane) {
            const int late = reversed ? N - 1 - lane : lane;
            for (int k = N - 1; k > 0; --k) delay[lane][k] = delay[lane][k - 1];
            delay[lane][0] = beat(W * lane + W - 1, W * lane);
            out[lane] = delay[lane][late];
        }
    }
};

void systolic_array(hls::stream<ap_uint<8 * N>>& a, hls::stream<ap_uint<8 * N>>& b, hls::stream<ap_uint<24 * N>>& c) {
#pragma HLS INTERFACE axis port=a
#pragma HLS INTERFACE axis port=b
#pragma HLS INTERFACE axis port=c
    skew<8> rows, columns;
    skew<24> results;
    ap_int<8> right[N][N], down[N][N];  // what each cell hands on
    ap_int<24> sum[N][N], up[N][N];
    bool first[2 * N - 1] = {};  // by diagonal: a block begins here
#pragma HLS ARRAY_PARTITION variable=rows.delay complete dim=0
#pragma HLS ARRAY_PARTITION variable=columns.delay complete dim=0
#pragma HLS ARRAY_PARTITION variable=results.delay complete dim=0
#pragma HLS ARRAY_PARTITION variable=right complete dim=0
#pragma HLS ARRAY_PARTITION variable=down complete dim=0
#pragma HLS ARRAY_PARTITION variable=sum complete dim=0
#pragma HLS ARRAY_PARTITION variable=up complete dim=0
#pragma HLS ARRAY_PARTITION variable=first complete
steps:
    for (int t = 0; t < BLOCKS * DEPTH + 3 * N - 2; ++t) {
#pragma HLS PIPELINE II=1
        ap_uint<8 * N> a_beat = 0, b_beat = 0;
        if (t < BLOCKS * DEPTH) {
            a_beat = a.read();
            b_beat = b.read();
        }
        ap_int<8> entering_a[N], entering_b[N];
        rows.step(a_beat, entering_a, false);
        columns.step(b_beat, entering_b, false);
        for (int d = 2 * N - 2; d > 0; --d) first[d] = first[d - 1];
        first[0] = t % DEPTH == 0;

        ap_uint<24 * N> top = 0;
        for (int i = 0; i < N; ++i)
            for (int j = 0; j < N; ++j) up[i][j] = first[i + j] ? sum[i][j] : i + 1 < N ? up[i + 1][j] : ap_int<24>(0);
        for (int j = 0; j < N; ++j) top(24 * j + 23, 24 * j) = up[0][j];

        for (int i = N - 1; i >= 0; --i)
            for (int j = N - 1; j >= 0; --j) {
                const ap_int<8> x = j ? right[i][j - 1] : entering_a[i];
                const ap_int<8> y = i ? down[i - 1][j] : entering_b[j];
                sum[i][j] = x * y + (first[i + j] ? ap_int<24>(0) : sum[i][j]);
                right[i][j] = x;
                down[i][j] = y;
            }

        ap_int<24> row[N];
        results.step(top, row, true);
        const int since = t - (N - 1);  // rows leave every second cycle once a block is complete
        if (since >= DEPTH && since % DEPTH < 2 * N && since % 2 == 0) {
            ap_uint<24 * N> beat;
            for (int j = 0; j < N; ++j) beat(24 * j + 23, 24 * j) = row[j];
            c.write(beat);
        }
    }
}

#include <ap_int.h>

struct point {
    short x;
    ap_int<9> y;
};

static void make(const int in[24], point points[24], int squares[24]) {
    for (int i = 0; i < 24; ++i) {
#pragma HLS PIPELINE
        const int value = in[i];
        point made;
        made.x = value;
        made.y = value >> 16;
        points[i] = made;
        squares[i] = value * value;
    }
}

static void join(const point points[24], const int squares[24], int sums[24]) {
    for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 6; ++j) {
#pragma HLS PIPELINE
            sums[6 * i + j] = points[6 * i + j].x + points[6 * i + j].y * i + squares[6 * i + j];
        }
}

static void turn(const int sums[24], int out[24]) {
    int kept[24];
    for (int i = 0; i < 24; ++i) kept[i] = sums[i];
    for (int i = 0; i < 24; ++i) out[i] = kept[23 - i];
}

static void last(const int sums[24], int out[24]) {
#pragma HLS DATAFLOW
    int turned[24];
#pragma HLS STREAM variable=turned type=pipo
    turn(sums, turned);
    for (int i = 0; i < 24; ++i) out[i] = turned[i] + i;
}

// Arrays between processes as FIFOs, also into a region below, and the arguments as streams.
void top(const int in[24], int out[24]) {
#pragma HLS INTERFACE axis port=in
#pragma HLS INTERFACE ap_fifo port=out
#pragma HLS DATAFLOW
    point points[24];
    int squares[24], sums[24];
#pragma HLS STREAM variable=points depth=3
#pragma HLS STREAM variable=squares type=fifo
#pragma HLS STREAM variable=sums depth=1
    make(in, points, squares);
    join(points, squares, sums);
    last(sums, out);
}

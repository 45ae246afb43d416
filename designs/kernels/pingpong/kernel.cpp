// A block through three processes that hand each other arrays and a number: scaled, reversed, brought below its peak.
#include "kernel.h"

static void scale(const int in[SIZE], int scaled[SIZE], int gain) {
scale:
    for (int i = 0; i < SIZE; ++i) {
#pragma HLS PIPELINE II=1
        scaled[i] = in[i] * gain;
    }
}

static void reverse(const int scaled[SIZE], int reversed[SIZE], int& highest) {
    int most = scaled[0];
reverse:
    for (int i = 0; i < SIZE; ++i) {
#pragma HLS PIPELINE II=1
        const int value = scaled[i];
        if (value > most) most = value;
        reversed[SIZE - 1 - i] = value;
    }
    highest = most;
}

static void lower(const int reversed[SIZE], int highest, int out[SIZE], int& peak) {
lower:
    for (int i = 0; i < SIZE; ++i) {
#pragma HLS PIPELINE II=1
        out[i] = reversed[i] - highest;
    }
    peak = highest;
}

void pingpong(const int in[SIZE], int out[SIZE], int gain, int& peak) {
#pragma HLS DATAFLOW
    int scaled[SIZE], reversed[SIZE], highest;
    scale(in, scaled, gain);
    reverse(scaled, reversed, highest);
    lower(reversed, highest, out, peak);
}

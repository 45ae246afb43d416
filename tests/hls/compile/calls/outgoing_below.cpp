// Regions with numbers that go out, in a region whose calls overlap, and called by plain code.
#include "hls_stream.h"

static void divided(int a, int b, int &q, int &r) {
    q = a / (b ? b : 1);
    r = a % (b ? b : 1);
}

static void summed(int q, int r, int n, int &sum) {
    int s = 0;
    for (int i = 0; i < n; i++) s += q ^ (r << i);
    sum = s;
}

static void inner(int a, int b, int n, int &sum, int &rest) {
#pragma HLS DATAFLOW
    int q, r;
    int unused;
    divided(a, b, q, r);
    summed(q, r, n, sum);
    divided(b, n + 1, rest, unused);
}

static void last(int sum, int rest, hls::stream<int> &out, int &result) {
    for (int i = 0; i < 3; i++) out.write(sum + i * rest);
    result = sum ^ rest;
}

static void outer(int a, int b, int n, hls::stream<int> &out, int &result) {
#pragma HLS DATAFLOW
    int sum, rest;
    inner(a, b, n, sum, rest);
    last(sum, rest, out, result);
}

int top(int a, int b, hls::stream<int> &out, int &rest) {
    int total = 0;
    for (int i = 0; i < 5; i++) {
        int result, sum;
        outer(a + i, b - i, i, out, result);
        inner(result, i, 3, sum, rest);
        total = total * 3 + sum;
    }
    return total;
}

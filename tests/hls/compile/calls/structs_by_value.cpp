// Structs and numbers of the region's own arguments, by value to one process or several, and one that changes its copy.
#include "ap_int.h"

typedef ap_uint<18> u18;
struct config {
    ap_uint<3> a;
    short b;
    int c[4];
};

static void load(const int* in, u18 to[16], int n) {
    for (int i = 0; i < n; ++i) to[i] = in[i];
}

static void work(u18 from[16], u18 to[16], u18 k, config p, config& state, int& total) {
    for (int i = 0; i < 16; ++i) {
        to[i] = from[i] * k + p.b;
        state.c[i % 4] += p.c[i % 4]++;
    }
    total = p.a;
}

static void store(int* out, u18 from[16], int total) {
    for (int i = 0; i < 16; ++i) out[i] = from[i] + total;
}

void top(const int in[16], int out[16], int n, u18 k, config p, config& state) {
#pragma HLS DATAFLOW
    u18 x[16], y[16];
    int total;
    load(in, x, n);
    work(x, y, k, p, state, total);
    store(out, y, total);
}

// Structs and wide numbers that functions with modules of their own assign as a whole, from argument to argument.
#include "ap_int.h"
#include "hls_stream.h"

struct State {
    ap_uint<200> key;
    short taps[3];
    bool valid;
};

static void keep(ap_int<199> &to, const ap_int<199> &from, int n) {
#pragma HLS INLINE off
    if (n & 1) to = from;
}

static void inner(State *to, const State &from, int n) {
#pragma HLS INLINE off
    to[n & 1] = from;
}

static void outer(State states[2], State &last, int n) {
#pragma HLS INLINE off
    inner(states, last, n);
    last = states[(n >> 1) & 1];
}

int top(hls::stream<int> &in, hls::stream<int> &out, int n) {
    ap_int<199> a = 1, b = -1;
    State states[2] = {{1, {1, 2, 3}, true}, {2, {4, 5, 6}, false}}, last = {3, {7, 8, 9}, true};
    for (int i = 0; i < n; ++i) {
        const int x = in.read();
        b = (b << 7) ^ x;
        keep(a, b, x);
        last.key += a;
        last.taps[i % 3] += x;
        last.valid = !last.valid;
        outer(states, last, x);
        out.write(int(states[0].key.range(40, 10)) + states[1].taps[i % 3] * (last.valid ? 3 : 5) + int(a.range(198, 170)));
    }
    return int(last.key ^ states[1].key);
}

// A region that computes: the arguments of calls, what several of them take, and outputs of its own.
#include <hls_stream.h>

struct shape {
    short rows;
    int scale;
};

struct list {
    int x[3];
    short last;
};

static int offset = 3;

static void send(int a[4], int n, hls::stream<int> &s) {
    for (int i = 0; i < 4; ++i) s.write(a[i] * n);
}

static void describe(int v, list &d) {
    d.last = v;
    for (int i = 0; i < 3; ++i) d.x[i] = v + i;
}

static void join(hls::stream<int> &a, hls::stream<int> &b, shape c, list d, int out[4]) {
    for (int i = 0; i < 4; ++i) out[i] = a.read() - b.read() * c.scale + (i < c.rows ? d.x[i % 3] : d.last);
}

static int twice(int x) { return 2 * x; }

void top(int a[4], int b[4], int out[4], int extra[2], int n, int &count) {
#pragma HLS DATAFLOW
    hls::stream<int, 4> s[2];
    shape c;
    list d;
    int k = 0, w = 16;
    c.rows = n & 3;
    c.scale = -n * w;
    int half = n >> 1, even;
    send(a, w / 4, s[k]);
    k++;
    int doubled = twice(half + 1);
    send(b, (n >> 2) + half, s[k]);
    even = half * 2;
    extra[0] = doubled - even;
    extra[1] = half << offset;
    describe(half, d);
    count = even - c.rows;
    join(s[0], s[k], c, d, out);
}

// hls::burst_maxi: requests by hand, of any length, in processes, modules and pipelines; two arguments of one bundle.
#include "requests_by_hand.h"

static void load(hls::burst_maxi<Pair> in, hls::stream<Pair>& s, unsigned n, unsigned m) {
    in.read_request(2, n);
    in.read_request(13, m);
    for (unsigned i = 0; i < n + m; ++i) {
#pragma HLS PIPELINE II=1
        s.write(in.read());
    }
}

// two write requests before the words of either; both arms of an if write
static void store(hls::burst_maxi<Row> out, hls::stream<Pair>& s, unsigned n, unsigned m) {
    out.write_request(1, n);
    out.write_request(20, m);
    for (unsigned i = 0; i < n; ++i) {
#pragma HLS PIPELINE II=1
        const Pair p = s.read();
        Row row(p.low);
        row[1] = p.high;
        if (p.low & 1)
            out.write(row);
        else
            out.write(row + Row(3));
    }
    out.write_response();
    for (unsigned i = 0; i < m; ++i) {
#pragma HLS PIPELINE II=1
        out.write(Row((short)s.read().high));
    }
    out.write_response();
}

static void move(hls::burst_maxi<Pair> in, hls::burst_maxi<Row> out, unsigned n, unsigned m) {
#pragma HLS DATAFLOW
    hls::stream<Pair> s;
    load(in, s, n, m);
    store(out, s, n, m);
}

// every iteration reads what the one before has written
static void accumulate(hls::burst_maxi<Wide> mem, unsigned n, int add) {
#pragma HLS INLINE off
    for (unsigned i = 0; i < n; ++i) {
#pragma HLS PIPELINE II=1
        mem.read_request(i, 1);
        const Wide old = mem.read();
        mem.write_request(i + 1, 1);
        mem.write(old * 3 + add);
        mem.write_response();
    }
}

void top(hls::burst_maxi<Pair> in, hls::burst_maxi<Row> out, hls::burst_maxi<Wide> mem, int* plain, unsigned n, unsigned m) {
#pragma HLS INTERFACE m_axi port=in depth=32 bundle=a
#pragma HLS INTERFACE m_axi port=out depth=32 bundle=b
#pragma HLS INTERFACE m_axi port=mem depth=16 bundle=a
#pragma HLS INTERFACE m_axi port=plain depth=16 bundle=b
    move(in, out, n, m);
    accumulate(mem, n, 5);
    for (unsigned i = 0; i < m; ++i) {
#pragma HLS PIPELINE II=1
        mem.read_request(i * 5 % 16, 1);
    }
    int sum = 0;
    for (unsigned i = 0; i < m; ++i) {
#pragma HLS PIPELINE II=1
        sum += mem.read().to_int() * (i + 1);
    }
    plain[m] = plain[n] + sum;
}
